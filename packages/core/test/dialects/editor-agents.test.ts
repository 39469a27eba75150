import { describe } from "vitest";
import { log, span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

describe("GitHub Copilot", () => {
  // The editor's window, not the chat.
  const chat = { service: "copilot-chat", resource: { "session.id": "window-1" } };
  readsAs([
    [
      "a chat turn",
      span(
        "invoke_agent copilot",
        {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.provider.name": "github",
          "gen_ai.agent.name": "copilot",
          "gen_ai.conversation.id": "chat-1",
          "github.copilot.agent.type": "builtin",
          "gen_ai.usage.input_tokens": 12500,
        },
        { ...root, ...chat },
      ),
      { dialect: "copilot", step: "turn", agent: "copilot", around: { usage: { input: 12500 } } },
      "chat-1 (gen_ai.conversation.id)",
    ],
    [
      "a sub-agent has a chat of its own and names its parent",
      span(
        "invoke_agent Explore",
        {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.conversation.id": "chat-2",
          "copilot_chat.parent_chat_session_id": "chat-1",
        },
        chat,
      ),
      { step: "agent", parentRun: "chat-1" },
    ],
    [
      "a model call",
      span(
        "chat gpt-5.4",
        {
          "gen_ai.operation.name": "chat",
          "gen_ai.conversation.id": "chat-1",
          "copilot_chat.chat_session_id": "chat-1",
          "gen_ai.usage.input_tokens": 1500,
          "gen_ai.usage.output_tokens": 250,
          "gen_ai.usage.reasoning_tokens": 12,
        },
        chat,
      ),
      { step: "llm", usage: { input: 1500, output: 250, reasoning: 12 } },
    ],
    [
      "a hook",
      span(
        "execute_hook PreToolUse",
        { "gen_ai.operation.name": "execute_hook", "copilot_chat.hook_type": "PreToolUse" },
        chat,
      ),
      { step: "hook", name: "PreToolUse" },
    ],
    [
      "a chat begins",
      log("copilot_chat.session.start", { "session.id": "chat-1" }, chat),
      { stands: "session.start" },
      "chat-1 (session.id)",
    ],
    [
      "a tool call",
      log(
        "copilot_chat.tool.call",
        {
          "gen_ai.tool.name": "readFile",
          duration_ms: 50,
          success: "false",
          "error.type": "ENOENT",
        },
        chat,
      ),
      { stands: "tool", tool: "readFile", outcome: "error", error: { type: "ENOENT" } },
    ],
  ]);
});

describe("Cursor", () => {
  readsAs([
    [
      "a request, from the enterprise export",
      log(
        "api_request",
        {
          conversation_id: "c1",
          generation_id: "g1",
          model: "gpt-5.4",
          input_tokens: 10,
          cache_read_tokens: 90,
          output_tokens: 5,
        },
        { scope: "cursor.telemetry", service: "cursor" },
      ),
      {
        stands: "llm",
        turn: "g1",
        model: "gpt-5.4",
        usage: { input: 100, output: 5, cacheRead: 90 },
      },
      "c1 (conversation_id)",
    ],
  ]);
});
