import { describe } from "vitest";
import { log, span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

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
