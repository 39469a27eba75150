import { describe } from "vitest";
import { log, span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

describe("Mastra", () => {
  const mastra = { scope: "@mastra/otel-exporter" };
  readsAs([
    [
      "a call in a thread of a session",
      span(
        "chat gpt-5.4",
        {
          "gen_ai.operation.name": "chat",
          "mastra.span.type": "model_generation",
          "mastra.metadata.sessionId": "s1",
          "gen_ai.conversation.id": "thread-1",
          "gen_ai.usage.input_tokens": 9,
          "gen_ai.usage.output_tokens": 1,
          "gen_ai.usage.reasoning_tokens": 1,
        },
        mastra,
      ),
      {
        dialect: "mastra",
        step: "llm",
        conversation: "thread-1",
        usage: { input: 9, output: 1, reasoning: 1 },
      },
      "s1 (mastra.metadata.sessionId)",
    ],
    [
      "a tool in a thread without one",
      span(
        "execute_tool weather",
        {
          "gen_ai.operation.name": "execute_tool",
          "mastra.span.type": "tool_call",
          "gen_ai.conversation.id": "thread-1",
        },
        mastra,
      ),
      { step: "tool" },
      "thread-1 (gen_ai.conversation.id)",
    ],
    [
      "a step around the call",
      span(
        "step",
        { "mastra.span.type": "model_step", "gen_ai.operation.name": "agent_step" },
        mastra,
      ),
      null,
    ],
  ]);
});

describe("LiteLLM", () => {
  readsAs([
    [
      "version 2",
      span("chat gpt-5.4", {
        "gen_ai.operation.name": "chat",
        "gen_ai.conversation.id": "s1",
        "litellm.call_id": "call-1",
        "litellm.cost.total": 0.0042,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
      }),
      {
        dialect: "litellm",
        step: "llm",
        requestId: "call-1",
        cost: { amount: 0.0042, currency: "USD", source: "reported" },
      },
      "s1 (gen_ai.conversation.id)",
    ],
    [
      "version 1, on the request's own span",
      span(
        "Received Proxy Server Request",
        {
          "gen_ai.request.model": "gpt-5.4",
          "gen_ai.cost.total_cost": 0.001,
          "gen_ai.usage.prompt_tokens": 7,
          "gen_ai.usage.completion_tokens": 2,
          "metadata.session_id": "s2",
        },
        { ...root, spanKind: "server", scope: "litellm" },
      ),
      { step: "llm", usage: { input: 7, output: 2 }, cost: { amount: 0.001 } },
      "s2 (metadata.session_id)",
    ],
    ["the provider's request below", span("raw_gen_ai_request", {}, { scope: "litellm" }), null],
  ]);
});

describe("Pydantic AI", () => {
  const pydantic = { scope: "pydantic-ai" };
  readsAs([
    [
      "an agent that adds up under names of its own",
      span(
        "invoke_agent support",
        {
          "gen_ai.operation.name": "invoke_agent",
          agent_name: "support",
          "gen_ai.agent.call.id": "run-1",
          "gen_ai.conversation.id": "c1",
          "gen_ai.aggregated_usage.input_tokens": 900,
        },
        { ...root, ...pydantic },
      ),
      {
        dialect: "pydantic-ai",
        step: "turn",
        agent: "support",
        agentRun: "run-1",
        around: undefined,
      },
      "c1 (gen_ai.conversation.id)",
    ],
    [
      "a call that tells its price",
      span(
        "chat gpt-5.4",
        {
          "gen_ai.operation.name": "chat",
          "gen_ai.conversation.id": "c1",
          "operation.cost": 0.003,
          "gen_ai.usage.input_tokens": 4,
          "gen_ai.usage.output_tokens": 2,
        },
        pydantic,
      ),
      { step: "llm", cost: { amount: 0.003, currency: "USD", source: "reported" } },
      "c1 (gen_ai.conversation.id)",
    ],
    [
      "a tool by its older name",
      span("running tool", { "gen_ai.tool.name": "lookup" }, pydantic),
      { step: "tool", tool: "lookup" },
    ],
    ["the group around tools", span("running tools", {}, pydantic), null],
  ]);
});

describe("CrewAI", () => {
  const crew = { scope: "crewai.telemetry" };
  readsAs([
    [
      "a crew at work",
      span("Crew Execution", { crew_key: "k", crew_id: "i" }, { ...root, ...crew }),
      { dialect: "crewai", step: "turn" },
    ],
    ["a tool", span("Tool Usage", { tool_name: "search" }, crew), { step: "tool", tool: "search" }],
    ["a crew being described", span("Crew Created", { crew_key: "k" }, { ...root, ...crew }), null],
  ]);
});

describe("several at once", () => {
  readsAs([
    [
      "LangChain in OpenInference words on its way to Langfuse",
      span("ChatOpenAI", {
        "openinference.span.kind": "LLM",
        "langfuse.observation.type": "generation",
        "langfuse.session.id": "s1",
        "llm.model_name": "gpt-5.4",
        "llm.token_count.prompt": 10,
        "llm.token_count.completion": 3,
      }),
      { dialect: "langfuse", step: "llm", model: "gpt-5.4", usage: { input: 10, output: 3 } },
      "s1 (langfuse.session.id)",
    ],
    [
      "a record that carries its session beats any other key",
      log("", { "session.id": "mine", "conversation.id": "theirs", "langfuse.session.id": "too" }),
      null,
      "mine (session.id)",
    ],
    [
      "an id that is none does not hide the next",
      log("", {
        "session.id": "",
        "langfuse.session.id": "x".repeat(201),
        "conversation.id": "c1",
      }),
      null,
      "c1 (conversation.id)",
    ],
  ]);
});
