import { describe } from "vitest";
import { log, span } from "./build.ts";
import { readsAs } from "./cases.ts";

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
