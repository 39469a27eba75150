import { describe } from "vitest";
import { readsAs } from "./cases.ts";
import { log, span } from "./build.ts";

const root = { parentSpanId: "" };
const remote = { parentIsRemote: true };

describe("Throughline", () => {
  readsAs([
    [
      "a turn",
      span("invoke_agent support", {
        "session.id": "s1",
        "throughline.step": "turn",
        "throughline.turn.id": "t1",
        "throughline.turn.index": 2,
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "support",
        "throughline.outcome": "cancelled",
      }),
      {
        dialect: "throughline",
        step: "turn",
        turn: "t1",
        turnIndex: 2,
        agent: "support",
        outcome: "cancelled",
      },
      "s1 (session.id)",
    ],
    [
      "a model call with its price",
      span("chat gpt-5.4", {
        "session.id": "s1",
        "throughline.step": "llm",
        "throughline.llm.attempt": 2,
        "throughline.cost.amount": 0.25,
        "throughline.cost.currency": "EUR",
        "throughline.cost.source": "priced",
        "gen_ai.request.model": "gpt-5.4",
        "gen_ai.usage.input_tokens": 812,
        "gen_ai.usage.output_tokens": 96,
      }),
      {
        step: "llm",
        attempt: 2,
        usage: { input: 812, output: 96 },
        cost: { amount: 0.25, currency: "EUR", source: "priced" },
      },
      "s1 (session.id)",
    ],
    [
      "an agent below",
      span("invoke_agent researcher", {
        "session.id": "s1",
        "throughline.step": "agent",
        "throughline.agent.run_id": "r2",
        "throughline.agent.parent_run_id": "r1",
        "gen_ai.conversation.id": "the-sub-agents-own",
      }),
      { step: "agent", agentRun: "r2", parentRun: "r1", conversation: "the-sub-agents-own" },
      "s1 (session.id)",
    ],
    [
      "a span announced at its start",
      log("throughline.span.start", { "session.id": "s1", "throughline.turn.id": "t1" }),
      { stands: "span.start", turn: "t1" },
      "s1 (session.id)",
    ],
    [
      "the end of a session",
      log("session.end", { "session.id": "s1", "throughline.outcome": "ok" }),
      { stands: "session.end" },
      "s1 (session.id)",
    ],
    [
      "a delegation",
      log("throughline.delegation.end", { "session.id": "s1" }),
      { dialect: "throughline", stands: "delegation" },
      "s1 (session.id)",
    ],
  ]);
});

describe("OpenTelemetry GenAI conventions", () => {
  readsAs([
    [
      "a call with the names of September 2026",
      span("chat gpt-5.4", {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5.4",
        "gen_ai.response.model": "gpt-5.4-2026-03-05",
        "gen_ai.response.id": "resp_1",
        "gen_ai.conversation.id": "conv_5j66",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 30,
        "gen_ai.usage.cache_read.input_tokens": 20,
        "gen_ai.usage.cache_write.input_tokens": 7,
        "gen_ai.usage.reasoning.output_tokens": 5,
      }),
      {
        dialect: "gen-ai",
        step: "llm",
        name: "gpt-5.4-2026-03-05",
        model: "gpt-5.4-2026-03-05",
        provider: "openai",
        responseId: "resp_1",
        conversation: "conv_5j66",
        usage: { input: 120, output: 30, cacheRead: 20, cacheWrite: 7, reasoning: 5 },
      },
      // Inherited from its agent, or not known.
      undefined,
    ],
    [
      "a call with older names",
      span("chat gpt-4o", {
        "gen_ai.operation.name": "chat",
        "gen_ai.system": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.prompt_tokens": 10,
        "gen_ai.usage.completion_tokens": 3,
        "gen_ai.usage.cache_creation.input_tokens": 2,
      }),
      { provider: "openai", usage: { input: 10, output: 3, cacheWrite: 2 } },
    ],
    [
      "a failed call",
      span(
        "chat gpt-5.4",
        { "gen_ai.operation.name": "chat", "error.type": "timeout" },
        { status: { code: "error", message: "gave up after 30 s" } },
      ),
      { step: "llm", outcome: "error", error: { type: "timeout", message: "gave up after 30 s" } },
    ],
    [
      "the proposed cost",
      span("chat x", {
        "gen_ai.operation.name": "chat",
        "gen_ai.usage.cost.amount": 0.5,
        "gen_ai.usage.cost.currency": "EUR",
        "gen_ai.usage.cost.source": "local",
      }),
      { cost: { amount: 0.5, currency: "EUR", source: "priced" } },
    ],
    [
      "an agent at the top is a turn, and its conversation the session",
      span(
        "invoke_agent a",
        { "gen_ai.operation.name": "invoke_agent", "gen_ai.conversation.id": "c1" },
        root,
      ),
      { step: "turn" },
      "c1 (gen_ai.conversation.id)",
    ],
    [
      "an agent called from another process is a turn of its own",
      span("invoke_agent a", { "gen_ai.operation.name": "invoke_agent" }, remote),
      { step: "turn" },
    ],
    [
      "usage on an agent's span is a repeat",
      span("invoke_agent a", {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.usage.input_tokens": 900,
        "gen_ai.usage.output_tokens": 90,
      }),
      { step: "agent", usage: undefined, around: { usage: { input: 900, output: 90 } } },
    ],
    [
      "a tool",
      span("execute_tool search", {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.id": "call_1",
        "gen_ai.agent.name": "a",
      }),
      { step: "tool", name: "search", tool: "search", callId: "call_1", agent: "a" },
    ],
    [
      "a workflow, at the top and below",
      span("invoke_workflow w", { "gen_ai.operation.name": "invoke_workflow" }),
      { step: "action" },
    ],
    [
      "an MCP call, on the client's side",
      span("tools/call search", {
        "mcp.method.name": "tools/call",
        "mcp.session.id": "transport-1",
        "gen_ai.tool.name": "search",
      }),
      { step: "tool", tool: "search" },
      // A transport's session is nobody's session.
      undefined,
    ],
    [
      "an MCP call, on the server's side",
      span("tools/call search", { "mcp.method.name": "tools/call" }, { spanKind: "server" }),
      { step: "tool.execution" },
    ],
    ["an HTTP span", span("POST", { "http.request.method": "POST" }), null],
    [
      "a span with an operation of its own making",
      span("x", { "gen_ai.operation.name": "constructor" }),
      null,
    ],
    [
      "an exception event of a call",
      log("gen_ai.client.operation.exception", {
        "exception.type": "RateLimit",
        "exception.message": "429",
      }),
      { stands: "llm", outcome: "error", error: { type: "RateLimit", message: "429" } },
    ],
    ["an ordinary log line", log("", { thread: 4 }, { body: "listening on 8080" }), null],
    [
      "a line of a JSON log pipeline",
      log("", { session_id: "s9" }, { body: "refunded" }),
      null,
      "s9 (session_id)",
    ],
    [
      "a resource that is one session",
      log("", {}, { resource: { "session.id": "s10" } }),
      null,
      "s10 (resource:session.id)",
    ],
  ]);
});
