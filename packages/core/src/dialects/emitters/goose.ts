import type { Dialect } from "../dialect.ts";

/** Goose 1.28 and later: Rust tracing spans, `session.id` on the reply and on tool dispatch. */
export const goose: Dialect = {
  id: "goose",
  title: "Goose",
  agent: "goose",
  recognise: { scopes: ["goose*"], services: ["goose*"] },
  steps: {
    reply: "turn",
    reply_stream: "turn",
    stream_response_from_provider: "llm",
    // Below the one above unless the provider streams: one call, not two.
    complete: null,
    dispatch_tool_call: "tool",
  },
  fields: {
    tool: ["tool.name", "tool_name", "name"],
    callId: ["tool.call.id", "request_id"],
    model: ["model", "model_name"],
    input: ["gen_ai.usage.input_tokens", "input_tokens"],
    output: ["gen_ai.usage.output_tokens", "output_tokens"],
  },
  content: { input: ["input"], output: ["output"] },
};
