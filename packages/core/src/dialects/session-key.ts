import type { TelemetryRecord } from "../record/record.ts";
import { parseSessionId } from "../session-id.ts";
import { text } from "./attributes.ts";
import type { Dialect } from "./dialect.ts";
import { first } from "./fields.ts";
import { isTop } from "./read-step.ts";
import { dialectsOf } from "./registry.ts";

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
  "session.id",
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

/** Baggage keys that a copying processor leaves on records under their own names, and the flat form of log pipelines. */
export const lateSessionKeys: readonly string[] = ["langfuse_session_id", "session_id"];

/** The session a record itself says it belongs to, and where it says so. The first that holds a valid id decides. */
export function sessionKeyOf(
  record: TelemetryRecord,
  options: SessionKeyOptions = {},
): SessionKey | undefined {
  const spoken = dialectsOf(record);
  const not = (key: string): boolean =>
    spoken.some(({ session }) => session?.not?.includes(key) === true);
  const read = (key: string): SessionKey | undefined => {
    const id = not(key) ? undefined : sessionId(record.attributes[key]);
    return id === undefined ? undefined : { id, source: key };
  };
  const any = (keys: readonly string[] = []): SessionKey | undefined => {
    for (const key of keys) {
      const found = read(key);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (
    read("session.id") ??
    any(options.keys) ??
    any(sessionKeys) ??
    first(spoken, (dialect) => any(dialect.session?.keys)) ??
    (isMainAgent(record, spoken, options) ? read("gen_ai.conversation.id") : undefined) ??
    any(lateSessionKeys) ??
    onResource(record, spoken)
  );
}

/**
 * A conversation stands for the session only on the span of the root or main agent. Sub-agents hold conversations of their
 * own (Claude Code puts the sub-agent's id there), and model calls repeat the one of their agent, whom they inherit from.
 */
function isMainAgent(
  record: TelemetryRecord,
  spoken: readonly Dialect[],
  { belowAgent = false }: SessionKeyOptions,
): boolean {
  if (record.kind !== "span" || belowAgent) return false;
  const subAgent = spoken.some(({ fields }) =>
    fields?.parentRun?.some((key) => text(record.attributes, key) !== undefined),
  );
  if (subAgent) return false;
  const operation = text(record.attributes, "gen_ai.operation.name");
  return isTop(record) || operation === "invoke_agent" || operation === "invoke_workflow";
}

function onResource(record: TelemetryRecord, spoken: readonly Dialect[]): SessionKey | undefined {
  if (spoken.some(({ session }) => session?.resourceIsOther === true)) return undefined;
  const id = sessionId(record.resource.attributes["session.id"]);
  return id === undefined ? undefined : { id, source: "resource:session.id" };
}

function sessionId(value: unknown): string | undefined {
  return parseSessionId(value, "carrier").id;
}
