import type { Dialect } from "../dialect.ts";

/** Cursor's enterprise export (beta): metrics and log events from its servers, no spans. Hook bridges bring the ids along. */
export const cursor: Dialect = {
  id: "cursor",
  title: "Cursor",
  agent: "cursor",
  recognise: {
    scopes: ["cursor.telemetry"],
    services: ["cursor"],
    names: ["cursor.*"],
    marks: ["cursor.conversation.id"],
  },
  session: { keys: ["conversation_id", "cursor.conversation.id"] },
  cacheApart: true,
  events: {
    api_request: "llm",
    api_error: "llm",
    "cursor.api_request": "llm",
    "cursor.api_error": "llm",
    tool_result: "tool",
    "cursor.tool_result": "tool",
  },
  fields: {
    turn: ["generation_id", "cursor.generation.id"],
    model: ["model"],
    tool: ["tool_name"],
    callId: ["tool_call_id"],
    requestId: ["request_id"],
    input: ["input_tokens"],
    output: ["output_tokens"],
    cacheRead: ["cache_read_tokens"],
    cacheWrite: ["cache_write_tokens"],
    cost: ["cost_usd"],
    success: ["success"],
    durationMs: ["duration_ms"],
  },
};
