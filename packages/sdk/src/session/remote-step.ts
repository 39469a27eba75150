import { context as contexts, trace, type SpanContext } from "@opentelemetry/api";

import { withIdentity } from "../context/step-context.ts";
import type { Identity } from "../identity.ts";
import { Step } from "../step/step.ts";
import type { SessionMemory } from "./memory.ts";

/**
 * Stands for a step in another process that handed work over: a parent for what is done here. It was opened and will be
 * ended there, so it is never told of here.
 */
export function remoteStep(
  session: SessionMemory,
  parent: SpanContext,
  carried: Pick<Identity, "agent" | "channel" | "turn" | "agentRun" | "conversationId">,
): Step {
  const base = contexts.active();
  const step = new Step({
    ...carried,
    kind: "action",
    detail: { name: "elsewhere" },
    session,
    parent: undefined,
    attributes: undefined,
    signal: undefined,
    invoker: undefined,
    ingress: undefined,
    context: base,
  });
  step.span = trace.wrapSpanContext({ ...parent, isRemote: true });
  step.context = withIdentity(trace.setSpan(base, step.span), step);
  return step;
}
