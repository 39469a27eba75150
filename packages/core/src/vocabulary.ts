/** The closed lists of the contract: what `throughline.step`, `throughline.outcome` and their like may say. */
export const stepKinds = [
  "session",
  "turn",
  "action",
  "llm",
  "tool",
  "tool.execution",
  "tool.approval",
  "hook",
  "agent",
  "sidecar",
  "delegation",
] as const;
export type StepKind = (typeof stepKinds)[number];

export const outcomes = ["ok", "error", "cancelled", "interrupted"] as const;
export type Outcome = (typeof outcomes)[number];

export const linkReasons = ["session", "ingress", "previous", "invoker", "delegation"] as const;
export type LinkReason = (typeof linkReasons)[number];

/** How a record belongs to a session, strongest first. */
export const memberships = ["carried", "inherited", "joined", "linked", "none"] as const;
export type MembershipKind = (typeof memberships)[number];

export const costSources = ["reported", "priced"] as const;
export type CostSource = (typeof costSources)[number];

export const budgetKinds = ["usd", "tool_calls", "tokens"] as const;
export type BudgetKind = (typeof budgetKinds)[number];

export const budgetScopes = ["session", "turn"] as const;
export type BudgetScope = (typeof budgetScopes)[number];

export const contentCaptures = ["off", "span", "event", "both"] as const;
export type ContentCapture = (typeof contentCaptures)[number];

export const rejectionReasons = [
  "malformed",
  "algorithm",
  "signature",
  "issuer",
  "audience",
  "expired",
  "replayed",
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

const captureByMode: { readonly [mode: string]: ContentCapture } = {
  __proto__: null as never,
  NO_CONTENT: "off",
  SPAN_ONLY: "span",
  EVENT_ONLY: "event",
  SPAN_AND_EVENT: "both",
};

/** Reads OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT; whatever it does not know captures nothing. */
export function contentCapture(mode: string | undefined): ContentCapture {
  return captureByMode[mode?.trim().toUpperCase() ?? ""] ?? "off";
}

const steps: ReadonlyMap<unknown, StepKind> = new Map(stepKinds.map((kind) => [kind, kind]));
const endings: ReadonlySet<unknown> = new Set(outcomes);

export function isStepKind(value: unknown): value is StepKind {
  return steps.has(value);
}

/** The one text of a step, which is compared faster than what a record says, and keeps nothing of it in memory. */
export function stepKindOf(value: unknown): StepKind | undefined {
  return steps.get(value);
}

export function isOutcome(value: unknown): value is Outcome {
  return endings.has(value);
}
