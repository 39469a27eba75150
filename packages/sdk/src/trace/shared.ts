import type { Attributes } from "@opentelemetry/api";
import { attr, type StepKind } from "@throughline/core";

import { writeIdentity } from "../identity.ts";
import { sessionKey } from "../settings.ts";
import type { Step } from "../step/step.ts";

/** Attributes that many spans have in common. */
export interface Shared {
  readonly attributes: Attributes;
  readonly size: number;
  /** How a tracer of ours encodes them, once it did; null if they had better be looked at each time. */
  encoded: Uint8Array | null | undefined;
}

/** What the spans of a turn, or of an agent's run in it, say of themselves alike; made where the turn begins. */
function sharedIdentity(step: Step): Shared {
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

function sharing(attributes: Attributes): Shared {
  return { attributes, size: Object.keys(attributes).length, encoded: undefined };
}

const operations: { readonly [kind in StepKind]?: string } = {
  turn: "invoke_agent",
  agent: "invoke_agent",
  tool: "execute_tool",
};

const ofKind = new Map<StepKind, Shared>();

/** What all steps of a kind say. */
export function sharedByKind(kind: StepKind): Shared {
  let shared = ofKind.get(kind);
  if (shared === undefined) {
    const operation = operations[kind];
    shared = sharing({
      [attr.step]: kind,
      ...(operation !== undefined && { [attr.genAiOperationName]: operation }),
    });
    ofKind.set(kind, shared);
  }
  return shared;
}

const names: ReadonlySet<string> = new Set([
  attr.turnId,
  attr.turnIndex,
  attr.genAiAgentName,
  attr.agentRunId,
  attr.agentParentRunId,
  attr.step,
  attr.genAiOperationName,
]);

/** Whether something shared may go by that name. */
export function mayBeShared(key: string): boolean {
  return names.has(key) || key === sessionKey("span");
}

/** Undefined where a step says something of its own by one of the names. */
export function sharedBy(step: Step): readonly Shared[] | undefined {
  const { agent, agentRun } = step;
  if (agentRun?.name !== undefined && agent !== agentRun.name) return undefined;
  for (const key in step.attributes) if (mayBeShared(key)) return undefined;
  return [sharedIdentity(step), sharedByKind(step.kind)];
}
