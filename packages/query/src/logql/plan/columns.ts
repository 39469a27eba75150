import { attr, structuredMetadataName } from "@throughline/core";

/** What a store of sessions keeps beside log records, in columns of its own. */
export type LogColumn =
  | "session"
  | "service"
  | "severity"
  | "event"
  | "traceId"
  | "spanId"
  | "model"
  | "tool"
  | "agent";

const COLUMNS: ReadonlyMap<string, LogColumn> = new Map([
  [structuredMetadataName(attr.sessionId), "session"],
  ["service_name", "service"],
  ["severity_number", "severity"],
  ["event_name", "event"],
  ["trace_id", "traceId"],
  ["span_id", "spanId"],
  ["gen_ai_request_model", "model"],
  ["gen_ai_response_model", "model"],
  ["gen_ai_tool_name", "tool"],
  ["gen_ai_agent_name", "agent"],
]);

/**
 * The column that a label feeds. A column may be fed by several labels, so a store has to know whether a row whose column
 * differs can still hold the value; if so it passes the row.
 */
export function columnOf(label: string): LogColumn | undefined {
  return COLUMNS.get(label);
}
