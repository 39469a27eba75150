import { describe } from "vitest";
import { span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

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
