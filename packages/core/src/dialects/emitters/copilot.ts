import type { Dialect } from "../dialect.ts";

/**
 * GitHub Copilot Chat in VS Code and Copilot CLI. The conversation is the session; the resource's `session.id` is the VS Code
 * window, and a sub-agent's conversation names its parent.
 */
export const copilot: Dialect = {
  id: "copilot",
  title: "GitHub Copilot (VS Code and CLI)",
  recognise: {
    services: ["copilot-chat", "github-copilot"],
    names: ["copilot_chat.*"],
    marks: ["copilot_chat.chat_session_id", "github.copilot.agent.type"],
  },
  session: { resourceIsOther: true },
  kinds: [{ key: "gen_ai.operation.name", values: { execute_hook: "hook" } }],
  events: {
    "copilot_chat.session.start": "session.start",
    "copilot_chat.tool.call": "tool",
    // One an LLM round trip, which the inference event tells in full.
    "copilot_chat.agent.turn": null,
  },
  fields: {
    turnIndex: ["copilot_chat.turn.index"],
    parentRun: ["copilot_chat.parent_chat_session_id"],
    agentRun: ["copilot_chat.chat_session_id"],
    reasoning: ["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"],
    success: ["success"],
    name: ["copilot_chat.hook_type"],
    durationMs: ["duration_ms"],
  },
};
