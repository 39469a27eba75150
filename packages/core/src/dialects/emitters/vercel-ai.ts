import type { Dialect } from "../dialect.ts";

/**
 * Vercel AI SDK. From version 7 with @ai-sdk/otel it follows the GenAI conventions; before, and in its legacy mode, spans are
 * `ai.*`: an outer one that adds up usage, and one `.doGenerate` or `.doStream` a call.
 */
export const vercelAi: Dialect = {
  id: "vercel-ai",
  title: "Vercel AI SDK",
  recognise: { marks: ["ai.operationId"], scopes: ["ai", "@ai-sdk/otel"], names: ["ai.*"] },
  steps: {
    "ai.generateText": "run",
    "ai.streamText": "run",
    "ai.generateObject": "run",
    "ai.streamObject": "run",
    "ai.generateText.doGenerate": "llm",
    "ai.streamText.doStream": "llm",
    "ai.generateObject.doGenerate": "llm",
    "ai.streamObject.doStream": "llm",
    "ai.embed": "action",
    "ai.embedMany": "action",
    "ai.embed.doEmbed": "llm",
    "ai.embedMany.doEmbed": "llm",
    "ai.toolCall": "tool",
  },
  fields: {
    agent: ["ai.telemetry.functionId"],
    model: ["ai.response.model", "ai.model.id"],
    provider: ["gen_ai.provider.name", "gen_ai.system", "ai.model.provider"],
    tool: ["ai.toolCall.name"],
    callId: ["ai.toolCall.id"],
    responseId: ["ai.response.id"],
    input: ["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"],
    output: ["ai.usage.outputTokens", "ai.usage.completionTokens"],
    cacheRead: ["ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"],
    cacheWrite: ["ai.usage.inputTokenDetails.cacheWriteTokens"],
    reasoning: ["ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"],
  },
  content: {
    input: ["ai.prompt.messages", "ai.prompt"],
    output: ["ai.response.text", "ai.response.toolCalls", "ai.response.object"],
    toolArguments: ["ai.toolCall.args"],
    toolResult: ["ai.toolCall.result"],
  },
};
