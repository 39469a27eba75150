import type { Dialect } from "../dialect.ts";

/**
 * Gemini CLI 0.61 (recorded): every model call and tool batch is a trace of its own, and no span stands for the turn; the
 * prompt event opens it. Each call is told four times: span, `api_response`, and the inference event before and after.
 */
export const geminiCli: Dialect = {
  id: "gemini-cli",
  title: "Gemini CLI",
  agent: "gemini-cli",
  recognise: { scopes: ["gemini-cli"], services: ["gemini-cli"], names: ["gemini_cli.*"] },
  session: { keys: ["gen_ai.conversation.id"] },
  steps: {
    user_prompt: "turn",
    llm_call: "llm",
    tool_call: "tool",
    schedule_tool_calls: "action",
    agent_call: "agent",
    system_prompt: null,
  },
  events: {
    "gemini_cli.user_prompt": "prompt",
    "gemini_cli.api_response": "llm",
    "gemini_cli.api_error": "llm",
    "gemini_cli.tool_call": "tool",
    "gemini_cli.agent.finish": "agent",
    "gemini_cli.chat_compression": "compaction",
    "gen_ai.client.inference.operation.details": null,
  },
  fields: {
    model: ["model"],
    tool: ["function_name"],
    agent: ["agent_name"],
    input: ["input_token_count"],
    output: ["output_token_count"],
    cacheRead: ["cached_content_token_count"],
    reasoning: ["thoughts_token_count"],
    decision: ["decision"],
    success: ["success"],
    errorType: ["error_type"],
    errorMessage: ["error_message", "error"],
    durationMs: ["duration_ms"],
  },
  content: { input: ["prompt"], output: ["response_text"], toolArguments: ["function_args"] },
};
