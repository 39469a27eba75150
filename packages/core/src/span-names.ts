import type { StepKind } from "./vocabulary.ts";

/** How a span of each step is called and which OTel kind it has; `{}` stands for its subject. */
export const spanShapes: {
  readonly [step in StepKind]: {
    readonly verb: string;
    readonly subject: "agent" | "name" | "model" | "tool";
    readonly kind: "internal" | "client";
  };
} = {
  session: { verb: "session", subject: "agent", kind: "internal" },
  turn: { verb: "invoke_agent", subject: "agent", kind: "internal" },
  action: { verb: "action", subject: "name", kind: "internal" },
  llm: { verb: "chat", subject: "model", kind: "client" },
  tool: { verb: "execute_tool", subject: "tool", kind: "internal" },
  "tool.execution": { verb: "tool.execution", subject: "tool", kind: "internal" },
  "tool.approval": { verb: "tool.approval", subject: "tool", kind: "internal" },
  hook: { verb: "hook", subject: "name", kind: "internal" },
  agent: { verb: "invoke_agent", subject: "agent", kind: "internal" },
  sidecar: { verb: "sidecar", subject: "name", kind: "internal" },
  delegation: { verb: "delegate", subject: "agent", kind: "client" },
};

/**
 * `spanName("tool", "refund")` is `execute_tool refund`; a step whose subject is unknown is called by its verb alone.
 * For model calls the verb is the GenAI operation, `chat` unless told otherwise.
 */
export function spanName(
  step: StepKind,
  subject?: string,
  verb: string = spanShapes[step].verb,
): string {
  return subject === undefined || subject === "" ? verb : `${verb} ${subject}`;
}
