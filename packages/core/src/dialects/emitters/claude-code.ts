import type { Dialect } from "../dialect.ts";

/**
 * Claude Code 2.1 (recorded). Traces are a beta; without them its log events alone tell calls, tools and cost.
 * Cost stands on the `api_request` event only; `request_id` pairs it with its span, which points at the turn instead.
 */
export const claudeCode: Dialect = {
  id: "claude-code",
  title: "Claude Code",
  agent: "claude-code",
  recognise: { scopes: ["com.anthropic.claude_code*"], names: ["claude_code.*"] },
  session: { keys: ["ccr.session.id"] },
  cacheApart: true,
  steps: {
    "claude_code.interaction": "turn",
    "claude_code.llm_request": "llm",
    "claude_code.tool": "tool",
    "claude_code.tool.blocked_on_user": "tool.approval",
    "claude_code.tool.execution": "tool.execution",
    "claude_code.hook": "hook",
    "claude_code.subagent.spawn": "agent",
    "claude_code.compaction": "action",
    "claude_code.mcp.rpc": "action",
    "claude_code.bash.subprocess": "action",
  },
  events: {
    user_prompt: "prompt",
    assistant_response: "answer",
    api_request: "llm",
    api_error: "llm",
    api_refusal: "llm",
    tool_result: "tool",
    tool_decision: "approval",
    subagent_completed: "agent",
    compaction: "compaction",
  },
  fields: {
    turn: ["prompt.id"],
    agent: ["agent_name", "agent.name", "subagent_type"],
    agentRun: ["agent_id"],
    parentRun: ["parent_agent_id"],
    model: ["model"],
    tool: ["tool_name"],
    callId: ["tool_use_id"],
    requestId: ["request_id"],
    attempt: ["attempt"],
    input: ["input_tokens"],
    output: ["output_tokens"],
    cacheRead: ["cache_read_tokens"],
    cacheWrite: ["cache_creation_tokens"],
    cost: ["cost_usd"],
    decision: ["decision"],
    success: ["success"],
    errorMessage: ["error"],
    name: ["hook_event", "hook_name"],
    durationMs: ["duration_ms"],
  },
  content: {
    input: ["user_prompt", "prompt"],
    output: ["response"],
    toolArguments: ["tool_input", "tool_parameters"],
    toolResult: ["tool_output"],
  },
};
