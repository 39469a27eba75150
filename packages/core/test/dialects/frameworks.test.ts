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

describe("Google ADK", () => {
  const adk = { scope: "gcp.vertex.agent" };
  readsAs([
    [
      "an invocation",
      span("invocation", { "gcp.vertex.agent.invocation_id": "e-1" }, { ...root, ...adk }),
      { step: "turn", turn: "e-1" },
    ],
    [
      "a call",
      span(
        "call_llm",
        {
          "gen_ai.system": "gcp.vertex.agent",
          "gen_ai.request.model": "gemini-2.5-flash",
          "gcp.vertex.agent.session_id": "s1",
          "gcp.vertex.agent.invocation_id": "e-1",
          "gen_ai.usage.input_tokens": 50,
          "gen_ai.usage.output_tokens": 5,
        },
        adk,
      ),
      {
        dialect: "google-adk",
        step: "llm",
        turn: "e-1",
        model: "gemini-2.5-flash",
        usage: { input: 50, output: 5 },
      },
      "s1 (gcp.vertex.agent.session_id)",
    ],
    [
      "an agent in a session",
      span(
        "invoke_agent weather",
        {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.conversation.id": "s1",
          "gen_ai.agent.name": "weather",
        },
        adk,
      ),
      { step: "agent", agent: "weather" },
      "s1 (gen_ai.conversation.id)",
    ],
    [
      "parallel tools, merged",
      span("execute_tool (merged)", { "gen_ai.operation.name": "execute_tool" }, adk),
      null,
    ],
  ]);
});

describe("AWS Strands", () => {
  const strands = { scope: "strands-agents" };
  readsAs([
    [
      "a tool",
      span(
        "execute_tool calc",
        {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "calc",
          "gen_ai.tool.call.id": "t1",
          "gen_ai.tool.status": "error",
          "session.id": "s1",
        },
        strands,
      ),
      { dialect: "strands", step: "tool", callId: "t1", outcome: "error" },
      "s1 (session.id)",
    ],
    [
      "a cycle",
      span("execute_event_loop_cycle", { "event_loop.cycle_id": "c1" }),
      { dialect: "strands", step: "action" },
    ],
    [
      "a graph of agents, at the top",
      span("invoke_graph g", {}, { ...root, ...strands }),
      { step: "turn" },
    ],
  ]);
});

describe("Amazon Bedrock AgentCore", () => {
  readsAs([
    [
      "the runtime's request",
      span(
        "InvokeAgentRuntime",
        { "session.id": "s1", "aws.request_id": "r1" },
        { spanKind: "server" },
      ),
      { dialect: "agentcore", step: "turn", requestId: "r1" },
      "s1 (session.id)",
    ],
  ]);
});

describe("Microsoft Agent Framework", () => {
  const framework = { scope: "agent_framework" };
  readsAs([
    [
      "a workflow at the top",
      span("workflow.run", { "workflow.id": "w1" }, { ...root, ...framework }),
      { step: "turn" },
    ],
    [
      "an executor",
      span("executor.process writer", { "executor.id": "writer" }, framework),
      { dialect: "agent-framework", step: "action", name: "writer" },
    ],
    ["its plumbing", span("edge_group.process", {}, framework), null],
    [
      "an agent with its thread",
      span(
        "invoke_agent writer",
        {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.conversation.id": "t1",
          "gen_ai.agent.id": "a1",
        },
        { ...root, ...framework },
      ),
      { step: "turn", agentRun: "a1", conversation: "t1" },
      "t1 (gen_ai.conversation.id)",
    ],
  ]);
});

describe("Semantic Kernel", () => {
  readsAs([
    [
      "a call by its older name",
      span(
        "chat.completions gpt-4o",
        {
          "gen_ai.system": "openai",
          "gen_ai.request.model": "gpt-4o",
          "gen_ai.usage.prompt_tokens": 3,
          "gen_ai.usage.completion_tokens": 1,
        },
        { scope: "Microsoft.SemanticKernel.Diagnostics" },
      ),
      {
        dialect: "semantic-kernel",
        step: "llm",
        provider: "openai",
        usage: { input: 3, output: 1 },
      },
    ],
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

describe("OpenAI Agents SDK", () => {
  readsAs([
    [
      "a hand-off in a group",
      span(
        "handoff",
        { "openai.agents.span.type": "handoff", "openai.agents.trace.group_id": "g1" },
        { scope: "opentelemetry.instrumentation.openai_agents" },
      ),
      { dialect: "openai-agents", step: "delegation" },
      "g1 (openai.agents.trace.group_id)",
    ],
    [
      "an agent through the conventions",
      span(
        "invoke_agent triage",
        { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "triage" },
        { scope: "opentelemetry.instrumentation.openai_agents" },
      ),
      { step: "agent", agent: "triage" },
    ],
  ]);
});

describe("Vercel AI SDK", () => {
  readsAs([
    [
      "version 7",
      span("chat gpt-5.4", {
        "gen_ai.operation.name": "chat",
        "ai.settings.context.sessionId": "s1",
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.usage.output_tokens": 2,
      }),
      { dialect: "gen-ai", step: "llm", usage: { input: 11, output: 2 } },
      "s1 (ai.settings.context.sessionId)",
    ],
    [
      "the older outer span adds up",
      span(
        "ai.generateText",
        {
          "ai.operationId": "ai.generateText",
          "ai.usage.promptTokens": 20,
          "ai.usage.completionTokens": 5,
          "ai.telemetry.functionId": "answer",
        },
        root,
      ),
      {
        dialect: "vercel-ai",
        step: "turn",
        agent: "answer",
        usage: undefined,
        around: { usage: { input: 20, output: 5 } },
      },
    ],
    [
      "the older inner span is the call",
      span("ai.generateText.doGenerate", {
        "ai.operationId": "ai.generateText.doGenerate",
        "ai.telemetry.metadata.sessionId": "s1",
        "ai.model.provider": "openai.chat",
        "ai.response.model": "gpt-4o-2024",
        "ai.usage.promptTokens": 20,
        "ai.usage.completionTokens": 5,
        "ai.usage.cachedInputTokens": 16,
      }),
      {
        step: "llm",
        model: "gpt-4o-2024",
        provider: "openai.chat",
        usage: { input: 20, output: 5, cacheRead: 16 },
      },
      "s1 (ai.telemetry.metadata.sessionId)",
    ],
    [
      "a tool",
      span("ai.toolCall", {
        "ai.operationId": "ai.toolCall",
        "ai.toolCall.name": "weather",
        "ai.toolCall.id": "c1",
      }),
      { step: "tool", tool: "weather", callId: "c1" },
    ],
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
