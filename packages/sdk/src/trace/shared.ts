import type { Attributes } from "@opentelemetry/api";
import { attr, outcomes, type Outcome } from "@throughline/core";

import { writeIdentity } from "../identity.ts";
import { sessionKey } from "../settings.ts";
import type { Step } from "../step/step.ts";

/** Attributes that many spans have in common. */
export interface Shared {
  readonly attributes: Attributes;
  readonly size: number;
  /** Of all spans that have these in common. */
  readonly name?: string;
  /** How a tracer of ours encodes them, once it did; null if they had better be looked at each time. */
  encoded: Uint8Array | null | undefined;
}

/** What the spans of a turn, or of an agent's run in it, say of themselves alike; made where the turn begins. */
export function sharedIdentity(step: Step): Shared {
  const { parent, session, turn, agentRun } = step;
  const near = parent?.sharedIdentity;
  if (
    parent !== undefined &&
    near !== undefined &&
    parent.session === session &&
    parent.turn === turn &&
    parent.agentRun === agentRun
  ) {
    return (step.sharedIdentity = near);
  }
  const attributes: Attributes = {};
  if (session !== undefined) writeIdentity(attributes, step, "span");
  return (step.sharedIdentity = sharing(attributes));
}

export function sharing(attributes: Attributes): Shared {
  return { attributes, size: Object.keys(attributes).length, encoded: undefined };
}

const ended = Object.fromEntries(
  outcomes.map((outcome) => [outcome, sharing({ [attr.outcome]: outcome })]),
) as { readonly [outcome in Outcome]: Shared };

/** What all steps say that came to the same end. */
export function sharedEnd(outcome: Outcome): Shared {
  return ended[outcome];
}

const names: ReadonlySet<string> = new Set([
  attr.turnId,
  attr.turnIndex,
  attr.genAiAgentName,
  attr.agentRunId,
  attr.agentParentRunId,
  attr.step,
  attr.genAiOperationName,
  attr.genAiProviderName,
  attr.genAiRequestModel,
  attr.genAiToolName,
  attr.llmAttempt,
  attr.outcome,
]);

/** Whether something shared may go by that name. */
export function mayBeShared(key: string): boolean {
  return names.has(key) || key === sessionKey("span");
}

/** Whether a step says nothing of its own by one of the names. */
export function mayShare({ agent, agentRun, attributes }: Step): boolean {
  if (agentRun?.name !== undefined && agent !== agentRun.name) return false;
  for (const key in attributes) if (mayBeShared(key)) return false;
  return true;
}
