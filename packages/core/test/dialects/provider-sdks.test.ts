import { describe } from "vitest";
import { span } from "./build.ts";
import { readsAs } from "./cases.ts";

const root = { parentSpanId: "" };

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
