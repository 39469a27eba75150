import { describe } from "vitest";
import { span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

describe("OpenInference", () => {
  readsAs([
    [
      "a graph at the top of a trace is a turn",
      span("LangGraph", { "openinference.span.kind": "CHAIN", "session.id": "thread-1" }, root),
      { dialect: "openinference", step: "turn" },
      "thread-1 (session.id)",
    ],
    [
      "a call",
      span("ChatAnthropic", {
        "openinference.span.kind": "LLM",
        "session.id": "thread-1",
        "llm.model_name": "claude-opus-5-5",
        "llm.provider": "anthropic",
        "llm.token_count.prompt": 120,
        "llm.token_count.completion": 30,
        "llm.token_count.prompt_details.cache_read": 20,
        "llm.token_count.completion_details.reasoning": 4,
        "llm.cost.total": 0.01,
      }),
      {
        step: "llm",
        model: "claude-opus-5-5",
        provider: "anthropic",
        usage: { input: 120, output: 30, cacheRead: 20, reasoning: 4 },
        cost: { amount: 0.01, currency: "USD" },
      },
      "thread-1 (session.id)",
    ],
    [
      "a tool and a node",
      span("search", {
        "openinference.span.kind": "TOOL",
        "tool.name": "search",
        "tool_call.id": "c1",
        "graph.node.id": "n1",
      }),
      { step: "tool", tool: "search", callId: "c1", agentRun: "n1" },
    ],
    [
      "an agent below",
      span("researcher", { "openinference.span.kind": "AGENT", "agent.name": "researcher" }),
      { step: "agent", name: "researcher" },
    ],
  ]);
});

describe("LangSmith", () => {
  readsAs([
    [
      "a run in a thread; the project is no session",
      span("ChatOpenAI", {
        "langsmith.span.kind": "llm",
        "langsmith.trace.session_id": "project",
        "langsmith.trace.session_name": "default",
        "langsmith.metadata.thread_id": "thread-1",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 1,
      }),
      { dialect: "langsmith", step: "llm", usage: { input: 3, output: 1 } },
      "thread-1 (langsmith.metadata.thread_id)",
    ],
    [
      "a tool run is named by its trace name",
      span("search", {
        "langsmith.span.kind": "tool",
        "langsmith.trace.name": "search",
        "langsmith.metadata.conversation_id": "c1",
      }),
      { step: "tool", tool: "search" },
      "c1 (langsmith.metadata.conversation_id)",
    ],
    [
      "a run in a project",
      span("x", { "langsmith.span.kind": "chain", "langsmith.trace.session_id": "project" }),
      { step: "action" },
    ],
  ]);
});

describe("OpenLLMetry", () => {
  readsAs([
    [
      "a workflow at the top",
      span(
        "joke.workflow",
        {
          "traceloop.span.kind": "workflow",
          "traceloop.entity.name": "joke",
          "traceloop.association.properties.session_id": "s1",
        },
        root,
      ),
      { dialect: "openllmetry", step: "turn", name: "joke" },
      "s1 (traceloop.association.properties.session_id)",
    ],
    [
      "a call of an older release",
      span("openai.chat", {
        "llm.request.type": "chat",
        "gen_ai.system": "OpenAI",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.prompt_tokens": 15,
        "gen_ai.usage.completion_tokens": 4,
        "gen_ai.usage.cache_read_input_tokens": 8,
      }),
      { step: "llm", provider: "OpenAI", usage: { input: 15, output: 4, cacheRead: 8 } },
    ],
    [
      "a tool",
      span("weather.tool", { "traceloop.span.kind": "tool", "traceloop.entity.name": "weather" }),
      { step: "tool", tool: "weather" },
    ],
    [
      "an agent",
      span("a.agent", { "traceloop.span.kind": "agent", "traceloop.entity.name": "a" }),
      { step: "agent", agent: "a" },
    ],
  ]);
});

describe("Langfuse", () => {
  readsAs([
    [
      "a generation with its JSON",
      span("answer", {
        "langfuse.observation.type": "generation",
        "session.id": "s1",
        "langfuse.observation.model.name": "gpt-5.4",
        "langfuse.observation.usage_details":
          '{"input":100,"output":30,"total":150,"input_cached_tokens":20}',
        "langfuse.observation.cost_details": '{"input":0.01,"output":0.02,"total":0.03}',
      }),
      {
        dialect: "langfuse",
        step: "llm",
        model: "gpt-5.4",
        usage: { input: 120, output: 30, cacheRead: 20 },
        cost: { amount: 0.03, currency: "USD", source: "reported" },
      },
      "s1 (session.id)",
    ],
    [
      "a tool that failed",
      span("search", {
        "langfuse.observation.type": "tool",
        "langfuse.observation.level": "ERROR",
        langfuse_session_id: "s1",
      }),
      { step: "tool", tool: "search", outcome: "error" },
      "s1 (langfuse_session_id)",
    ],
    [
      "broken JSON",
      span("x", {
        "langfuse.observation.type": "generation",
        "langfuse.observation.usage_details": "{",
      }),
      { step: "llm" },
    ],
    ["a plain span", span("x", { "langfuse.observation.type": "span" }), null],
  ]);
});

describe("Laminar", () => {
  readsAs([
    [
      "a call with its cost",
      span("openai.chat", {
        "lmnr.span.type": "LLM",
        "lmnr.association.properties.session_id": "s1",
        "gen_ai.request.model": "gpt-5.4",
        "gen_ai.usage.input_tokens": 5,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.usage.cost": 0.004,
      }),
      { dialect: "laminar", step: "llm", usage: { input: 5, output: 2 }, cost: { amount: 0.004 } },
      "s1 (lmnr.association.properties.session_id)",
    ],
    ["a tool", span("search", { "lmnr.span.type": "TOOL" }), { step: "tool", tool: "search" }],
    ["an observed function", span("main", { "lmnr.span.type": "DEFAULT" }), null],
  ]);
});

describe("AgentOps", () => {
  readsAs([
    [
      "a session is a trace and has no id of its own",
      span(
        "default.session",
        { "agentops.span.kind": "session", "agentops.session.end_state": "Success" },
        root,
      ),
      { dialect: "agentops", step: "session", outcome: "ok" },
    ],
    [
      "a call",
      span("openai.chat.completion", {
        "agentops.span.kind": "llm",
        "gen_ai.request.model": "gpt-5.4",
        "gen_ai.usage.prompt_tokens": 6,
        "gen_ai.usage.completion_tokens": 2,
        "gen_ai.usage.reasoning_tokens": 1,
        "gen_ai.usage.total_cost": "0.002",
      }),
      { step: "llm", usage: { input: 6, output: 2 }, cost: { amount: 0.002 } },
    ],
    [
      "a tool",
      span("t.tool", { "agentops.span.kind": "tool", "tool.name": "t", "tool.call.id": "c" }),
      { step: "tool", tool: "t", callId: "c" },
    ],
  ]);
});
