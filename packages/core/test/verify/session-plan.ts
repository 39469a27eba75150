import * as fc from "fast-check";

/**
 * What happens in a session, as a plan: `perform` makes of it the telemetry of an agent that keeps the contract.
 * Shapes follow what agents do: retries, approvals, parallel tools, sub-agents, detached work, delegation, resume.
 */
export interface SessionPlan {
  readonly topology: "session" | "turn";
  readonly capture: "off" | "span" | "event" | "both";
  readonly channel: "slack" | "http" | "cli" | "queue";
  readonly turns: readonly TurnPlan[];
  /** Turns after this many go to a second process that continues the session; it repeats the root. */
  readonly movesAfter: number | undefined;
  /** Turns after this many stand in segments of their own. */
  readonly segmentsAfter: number | undefined;
}

export interface TurnPlan {
  /** Whether an HTTP server span was active when the turn started. */
  readonly ingress: boolean;
  readonly outcome: Outcome;
  readonly steps: readonly StepPlan[];
}

export type Outcome = "ok" | "error" | "cancelled" | "interrupted";

export type StepPlan =
  | {
      readonly step: "llm";
      readonly failures: number;
      readonly outcome: Outcome;
      readonly http: boolean;
    }
  | {
      readonly step: "tool";
      readonly approval: boolean;
      readonly outcome: Outcome;
      readonly inside: readonly StepPlan[];
      readonly remote: boolean;
    }
  | { readonly step: "hook" | "log" }
  | { readonly step: "action"; readonly inside: readonly StepPlan[] }
  | { readonly step: "agent"; readonly detached: boolean; readonly inside: readonly StepPlan[] }
  | { readonly step: "sidecar"; readonly detached: boolean }
  | { readonly step: "delegation"; readonly answer: "same session" | "own session" | "rejected" };

const outcome = fc.constantFrom<Outcome>("ok", "ok", "ok", "error", "cancelled", "interrupted");

const { step } = fc.letrec<{ step: StepPlan; inside: StepPlan[] }>((tie) => ({
  inside: fc.array(tie("step"), { maxLength: 3, depthIdentifier: "steps" }),
  step: fc.oneof(
    { maxDepth: 2, depthIdentifier: "steps" },
    fc.record({
      step: fc.constant("llm" as const),
      failures: fc.nat({ max: 2 }),
      outcome,
      http: fc.boolean(),
    }),
    fc.record({
      step: fc.constant("tool" as const),
      approval: fc.boolean(),
      outcome,
      inside: tie("inside"),
      remote: fc.boolean(),
    }),
    fc.record({ step: fc.constantFrom("hook" as const, "log" as const) }),
    fc.record({ step: fc.constant("action" as const), inside: tie("inside") }),
    fc.record({
      step: fc.constant("agent" as const),
      detached: fc.boolean(),
      inside: tie("inside"),
    }),
    fc.record({ step: fc.constant("sidecar" as const), detached: fc.boolean() }),
    fc.record({
      step: fc.constant("delegation" as const),
      answer: fc.constantFrom("same session" as const, "own session" as const, "rejected" as const),
    }),
  ),
}));

const some = fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined });

export const sessionPlans: fc.Arbitrary<SessionPlan> = fc.record({
  topology: fc.constantFrom("session" as const, "turn" as const),
  capture: fc.constantFrom("off" as const, "span" as const, "event" as const, "both" as const),
  channel: fc.constantFrom("slack" as const, "http" as const, "cli" as const, "queue" as const),
  turns: fc.array(
    fc.record({
      ingress: fc.boolean(),
      outcome,
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  movesAfter: some,
  segmentsAfter: some,
});
