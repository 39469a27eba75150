import { type Attributes, type Context } from "@opentelemetry/api";
import { attr } from "@throughline/core";

import type { Identity } from "../identity.ts";
import { belongingOf } from "../stamp/belonging.ts";
import { remember } from "./memory.ts";

/**
 * Whose work it is where no handle of this process stands: in the span of a server that took a session up from baggage, or
 * that a session claimed. Its steps belong there too.
 */
export function carriedIdentity(context: Context): Identity | undefined {
  const belonging = belongingOf(context, "span");
  if (belonging === undefined) return undefined;
  const { sessionId, attributes } = belonging;
  const turnId = text(attributes, attr.turnId);
  const runId = text(attributes, attr.agentRunId);
  const index = attributes[attr.turnIndex];
  const session = remember(sessionId);
  return {
    sessionId,
    session,
    channel: session.channel,
    agent: text(attributes, attr.genAiAgentName) ?? session.agent,
    turn:
      turnId === undefined
        ? undefined
        : { id: turnId, ...(typeof index === "number" && { index }) },
    agentRun:
      runId === undefined
        ? undefined
        : { runId, parentRunId: text(attributes, attr.agentParentRunId) },
    conversationId: session.conversationId,
    step: undefined,
  };
}

function text(attributes: Attributes, key: string): string | undefined {
  const value = attributes[key];
  return typeof value === "string" ? value : undefined;
}
