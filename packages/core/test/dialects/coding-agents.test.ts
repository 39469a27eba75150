import { describe } from "vitest";
import { log, span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

describe("Claude Code", () => {
  const traced = { scope: "com.anthropic.claude_code.tracing", service: "claude-code" };
  const told = { scope: "com.anthropic.claude_code.events", service: "claude-code" };
  readsAs([
    [
      "a sub-agent's call: its conversation is its own, its session everybody's",
      span(
        "claude_code.llm_request",
        {
          "session.id": "EBA1B883-20A6-4150-841D-A4A21AAF42D5",
          "gen_ai.conversation.id": "sub",
          agent_id: "sub",
          parent_agent_id: "main",
          model: "claude-haiku-4",
          input_tokens: 8,
          output_tokens: 40,
          cache_read_tokens: 1000,
          cache_creation_tokens: 500,
          request_id: "req_1",
          success: false,
        },
        traced,
      ),
      {
        step: "llm",
        agentRun: "sub",
        parentRun: "main",
        conversation: "sub",
        model: "claude-haiku-4",
        requestId: "req_1",
        outcome: "error",
        usage: { input: 1508, output: 40, cacheRead: 1000, cacheWrite: 500 },
      },
      // UUIDs are one id in either case.
      "eba1b883-20a6-4150-841d-a4a21aaf42d5 (session.id)",
    ],
    [
      "a teammate's span without a session",
      span(
        "claude_code.interaction",
        {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.conversation.id": "sub",
          parent_agent_id: "main",
        },
        traced,
      ),
      { step: "turn" },
    ],
    [
      "a failed request",
      log(
        "",
        {
          "event.name": "api_error",
          "session.id": "s1",
          "prompt.id": "p1",
          error: "overloaded",
          duration_ms: 1500,
        },
        { ...told, body: "claude_code.api_error" },
      ),
      {
        stands: "llm",
        turn: "p1",
        outcome: "error",
        error: { message: "overloaded" },
        startNs: 1_767_225_599_500_000_000n,
      },
      "s1 (session.id)",
    ],
    [
      "a hook",
      span("claude_code.hook", { hook_event: "PreToolUse" }, traced),
      { step: "hook", name: "PreToolUse" },
    ],
    [
      "a plugin being loaded",
      log("", { "event.name": "plugin_loaded", "session.id": "s1" }, told),
      null,
      "s1 (session.id)",
    ],
  ]);
});

describe("Claude API, SDK and managed agents", () => {
  readsAs([
    [
      "the server's side of a call",
      span(
        "anthropic.messages.create",
        {
          "gen_ai.operation.name": "chat",
          "gen_ai.request.model": "claude-opus-5-5",
          "anthropic.request.id": "req_9",
          "anthropic.organization.id": "org",
        },
        { service: "claude-platform", status: { code: "ok", message: "" } },
      ),
      { dialect: "claude-platform", step: "llm", requestId: "req_9", outcome: "ok" },
    ],
    ["a tool it ran", span("anthropic.tool_use web_search", {}), { step: "tool" }],
    ["a managed session", span("anthropic.sessions.events.send", {}), { step: "action" }],
  ]);
});

describe("Codex", () => {
  const codex = { scope: "codex_exec", service: "codex_exec" };
  readsAs([
    [
      "the operating system's thread is no conversation",
      span("fs.read_file", { "thread.id": 3n, "thread.name": "tokio-rt-worker" }, codex),
      null,
    ],
    [
      "what a turn cost",
      log(
        "event otel/src/events/session_telemetry.rs:1153",
        { "event.name": "codex.turn_cost", "conversation.id": "c1", "usage.estimated_usd": 0.12 },
        codex,
      ),
      null,
      "c1 (conversation.id)",
    ],
    [
      "a response that was only created",
      log(
        "",
        {
          "event.name": "codex.sse_event",
          "event.kind": "response.created",
          "conversation.id": "c1",
        },
        codex,
      ),
      null,
      "c1 (conversation.id)",
    ],
    [
      "counts as digits",
      log(
        "",
        {
          "event.name": "codex.sse_event",
          "event.kind": "response.completed",
          "conversation.id": "c1",
          input_token_count: "120",
          output_token_count: "30",
          model: "gpt-5.4",
        },
        codex,
      ),
      { stands: "llm", model: "gpt-5.4", usage: { input: 120, output: 30 } },
      "c1 (conversation.id)",
    ],
  ]);
});

describe("Gemini CLI", () => {
  readsAs([
    [
      "a turn with a span, as other releases send it",
      span("user_prompt", { "gen_ai.conversation.id": "s1" }, { ...root, service: "gemini-cli" }),
      { step: "turn" },
      "s1 (gen_ai.conversation.id)",
    ],
    [
      "a failed call",
      log(
        "",
        {
          "event.name": "gemini_cli.api_error",
          "session.id": "s1",
          model: "gemini-2.5-flash",
          error: "quota",
          error_type: "429",
          duration_ms: 20,
        },
        { service: "gemini-cli" },
      ),
      { stands: "llm", outcome: "error", error: { type: "429", message: "quota" } },
      "s1 (session.id)",
    ],
    [
      "the inference event beside api_response",
      log(
        "",
        { "event.name": "gen_ai.client.inference.operation.details", "session.id": "s1" },
        { scope: "gemini-cli" },
      ),
      null,
      "s1 (session.id)",
    ],
  ]);
});

describe("Qwen Code", () => {
  readsAs([
    [
      "a background sub-agent at the top of its own trace",
      span(
        "qwen-code.subagent",
        {
          "session.id": "s1",
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.agent.name": "Explore",
          "qwen-code.subagent.id": "a2",
          "qwen-code.subagent.parent_agent_id": "a1",
        },
        { ...root, scope: "qwen-code" },
      ),
      { step: "agent", agent: "Explore", agentRun: "a2", parentRun: "a1" },
      "s1 (session.id)",
    ],
    [
      "a cancelled turn",
      span(
        "qwen-code.interaction",
        {
          "session.id": "s1",
          "qwen-code.turn_status": "cancelled",
          "qwen-code.prompt_id": "s1########1",
        },
        { ...root, scope: "qwen-code" },
      ),
      { step: "turn", turn: "s1########1", outcome: "cancelled" },
      "s1 (session.id)",
    ],
    [
      "an approval",
      span(
        "qwen-code.tool.blocked_on_user",
        { "session.id": "s1", decision: "proceed_once" },
        { scope: "qwen-code" },
      ),
      { step: "tool.approval", decision: "proceed_once" },
      "s1 (session.id)",
    ],
  ]);
});

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

describe("opencode", () => {
  readsAs([
    [
      "a tool",
      span(
        "Tool.execute",
        {
          "session.id": "ses_1",
          "message.id": "msg_1",
          "tool.call_id": "call_1",
          "tool.name": "bash",
        },
        { service: "opencode" },
      ),
      { dialect: "opencode", step: "tool", tool: "bash", callId: "call_1", turn: "msg_1" },
      "ses_1 (session.id)",
    ],
    [
      "a call told by the AI SDK below it",
      span(
        "ai.streamText.doStream",
        {
          "ai.operationId": "ai.streamText.doStream",
          "ai.telemetry.functionId": "session.llm",
          "ai.telemetry.metadata.sessionId": "ses_1",
          "ai.model.id": "claude-opus-5-5",
          "ai.usage.promptTokens": 10,
          "ai.usage.completionTokens": 4,
        },
        { service: "opencode", scope: "ai" },
      ),
      {
        dialect: "opencode",
        step: "llm",
        model: "claude-opus-5-5",
        usage: { input: 10, output: 4 },
      },
      "ses_1 (ai.telemetry.metadata.sessionId)",
    ],
    ["its wrapper around that call", span("LLM.run", {}, { service: "opencode" }), null],
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

describe("Goose", () => {
  readsAs([
    [
      "a reply",
      span("reply", { "session.id": "20260101_1" }, { ...root, service: "goose" }),
      { step: "turn" },
      "20260101_1 (session.id)",
    ],
    [
      "a tool",
      span(
        "dispatch_tool_call",
        { "session.id": "20260101_1", tool_name: "developer__shell" },
        { service: "goose" },
      ),
      { step: "tool", tool: "developer__shell" },
      "20260101_1 (session.id)",
    ],
    [
      "a call, once",
      span(
        "stream_response_from_provider",
        { input_tokens: "12", output_tokens: "3" },
        { service: "goose" },
      ),
      { step: "llm", usage: { input: 12, output: 3 } },
    ],
    [
      "the same call's inside",
      span("complete", { input_tokens: "12" }, { service: "goose" }),
      null,
    ],
  ]);
});
