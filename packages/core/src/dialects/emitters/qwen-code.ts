import type { Dialect } from "../dialect.ts";

/**
 * Qwen Code 0.24 (recorded): `session.id` everywhere, one trace a prompt. 0.15 and older send log events and metrics only.
 */
export const qwenCode: Dialect = {
  id: "qwen-code",
  title: "Qwen Code",
  agent: "qwen-code",
  recognise: { scopes: ["qwen-code"], services: ["qwen-code"], names: ["qwen-code.*"] },
  session: { keys: ["gen_ai.conversation.id"] },
  steps: {
    "qwen-code.interaction": "turn",
    "qwen-code.llm_request": "llm",
    "qwen-code.tool": "tool",
    "qwen-code.tool.execution": "tool.execution",
    "qwen-code.tool.blocked_on_user": "tool.approval",
    "qwen-code.hook": "hook",
    "qwen-code.subagent": "agent",
    "qwen-code.daemon.*": "action",
  },
  events: {
    "qwen-code.user_prompt": "prompt",
    "qwen-code.api_response": "llm",
    "qwen-code.api_error": "llm",
    "qwen-code.tool_call": "tool",
    "qwen-code.subagent_execution": "agent",
    "qwen-code.chat_compression": "compaction",
  },
  fields: {
    turn: ["qwen-code.prompt_id", "prompt_id"],
    agent: ["subagent_name"],
    agentRun: ["qwen-code.subagent.id"],
    parentRun: ["qwen-code.subagent.parent_agent_id"],
    model: ["qwen-code.model", "model"],
    tool: ["function_name", "tool_name"],
    callId: ["tool.call_id", "call_id"],
    responseId: ["response_id"],
    attempt: ["attempt"],
    input: ["gen_ai.usage.input_tokens", "input_token_count"],
    output: ["gen_ai.usage.output_tokens", "output_token_count"],
    cacheRead: ["gen_ai.usage.cache_read.input_tokens", "cached_content_token_count"],
    cacheWrite: ["gen_ai.usage.cache_creation.input_tokens"],
    reasoning: ["thoughts_token_count"],
    outcome: ["qwen-code.turn_status", "execution_status"],
    decision: ["decision"],
    success: ["success"],
    errorType: ["error_type"],
    errorMessage: ["error_message", "error"],
    name: ["hook_event"],
    durationMs: ["duration_ms"],
  },
  content: {
    input: ["prompt", "request_text"],
    output: ["response_text"],
    toolArguments: ["function_args"],
  },
};
