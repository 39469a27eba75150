import { attr, logFields } from "../names.ts";
import type { PlainMap, TelemetryRecord } from "../record/record.ts";
import { parseSessionId } from "../session-id.ts";
import { firstText, text } from "./attributes.ts";
import { isTop } from "./read-step.ts";
import { speechOf, type Speech } from "./speech.ts";

export interface SessionKey {
  readonly id: string;
  /** The attribute key it was read from; `resource:session.id` when it stood on the resource. */
  readonly source: string;
}

export interface SessionKeyOptions {
  /** A profile's own names for `session.id`, tried right after it. */
  readonly keys?: readonly string[];
  /** True when the caller knows that an agent's span stands above this one: its conversation is then a sub-agent's. */
  readonly belowAgent?: boolean;
}

/**
 * Keys that hold a session id wherever they stand, best first. Never among them: `mcp.session.id` (a transport's, gone since
 * MCP 2026-07-28), `langsmith.trace.session_id` (a project) and the trace id.
 */
export const sessionKeys: readonly string[] = [
  attr.sessionId,
  "langfuse.session.id",
  "traceloop.association.properties.session_id",
  "lmnr.association.properties.session_id",
  "gcp.vertex.agent.session_id",
  "ai.telemetry.metadata.sessionId",
  "ai.settings.context.sessionId",
  "langsmith.metadata.session_id",
  "langsmith.metadata.thread_id",
  "langsmith.metadata.conversation_id",
  "conversation.id",
];

/** What a baggage processor that copies everything leaves on records, under the baggage's own name. */
const copiedBaggage = "langfuse_session_id";

/** The flat form that log pipelines make of it. On spans the name is anybody's: databases and web frameworks have it too. */
const flatLogField = logFields.sessionId;

export const lateSessionKeys: readonly string[] = [copiedBaggage, flatLogField];

/** The session a record itself says it belongs to, and where it says so. The first that holds a valid id decides. */
export function sessionKeyOf(
  record: TelemetryRecord,
  options: SessionKeyOptions = {},
): SessionKey | undefined {
  const { attributes } = record;
  const own = keyIn(attributes, [attr.sessionId]) ?? keyIn(attributes, options.keys);
  if (own !== undefined) return own;
  const speech = speechOf(record);
  return (
    keyIn(attributes, sessionKeys) ??
    ownKeyIn(attributes, speech) ??
    (isMainAgent(record, speech, options)
      ? keyIn(attributes, [attr.genAiConversationId])
      : undefined) ??
    keyIn(attributes, record.kind === "log" ? lateSessionKeys : [copiedBaggage]) ??
    onResource(record, speech)
  );
}

function keyIn(attributes: PlainMap, keys: readonly string[] = []): SessionKey | undefined {
  for (const source of keys) {
    const { id } = parseSessionId(attributes[source], "carrier");
    if (id !== undefined) return { id, source };
  }
  return undefined;
}

function ownKeyIn(attributes: PlainMap, { dialects }: Speech): SessionKey | undefined {
  for (const { session } of dialects) {
    const key = keyIn(attributes, session?.keys);
    if (key !== undefined) return key;
  }
  return undefined;
}

/**
 * A conversation stands for the session only on the span of the root or main agent. Sub-agents hold conversations of their
 * own (Claude Code puts the sub-agent's id there), and model calls repeat the one of their agent, whom they inherit from.
 */
function isMainAgent(
  record: TelemetryRecord,
  { fields }: Speech,
  { belowAgent = false }: SessionKeyOptions,
): boolean {
  if (record.kind !== "span" || belowAgent) return false;
  if (firstText(record.attributes, fields.parentRun) !== undefined) return false;
  const operation = text(record.attributes, attr.genAiOperationName);
  return isTop(record) || operation === "invoke_agent" || operation === "invoke_workflow";
}

function onResource({ resource }: TelemetryRecord, { dialects }: Speech): SessionKey | undefined {
  if (dialects.some(({ session }) => session?.resourceIsOther === true)) return undefined;
  const { id } = parseSessionId(resource.attributes[attr.sessionId], "carrier");
  return id === undefined ? undefined : { id, source: "resource:session.id" };
}
