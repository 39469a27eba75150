import type { Dialect, StepWord } from "./dialect.ts";

/**
 * The general layer: the OpenTelemetry GenAI conventions, current and older names, read for every record after its
 * emitters had their say.
 */
export const genAi: Dialect = {
  id: "gen-ai",
  title: "OpenTelemetry GenAI conventions",
  recognise: {},
  fields: {
    conversation: ["gen_ai.conversation.id"],
    agent: ["gen_ai.agent.name"],
    model: ["gen_ai.response.model", "gen_ai.request.model"],
    provider: ["gen_ai.provider.name", "gen_ai.system"],
    operation: ["gen_ai.operation.name"],
    tool: ["gen_ai.tool.name"],
    callId: ["gen_ai.tool.call.id", "gen_ai.tool.call_id"],
    responseId: ["gen_ai.response.id"],
    input: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
    output: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
    cacheRead: ["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
    // Renamed in September 2026 (semantic-conventions-genai#440); most emitters still send the older one.
    cacheWrite: [
      "gen_ai.usage.cache_write.input_tokens",
      "gen_ai.usage.cache_creation.input_tokens",
      "gen_ai.usage.cache_creation_input_tokens",
    ],
    reasoning: ["gen_ai.usage.reasoning.output_tokens"],
    // Two proposals, neither merged: semantic-conventions-genai#443 and semantic-conventions#2312.
    cost: ["gen_ai.usage.cost.amount", "operation.cost"],
    currency: ["gen_ai.usage.cost.currency"],
    costSource: ["gen_ai.usage.cost.source"],
    errorType: ["error.type", "exception.type"],
    errorMessage: ["error.message", "exception.message"],
  },
  events: {
    "session.start": "session.start",
    "session.end": "session.end",
    "gen_ai.client.inference.operation.details": "llm",
    "gen_ai.client.operation.exception": "llm",
    "gen_ai.execute_tool.exception": "tool",
  },
  content: {
    system: ["gen_ai.system_instructions"],
    input: ["gen_ai.input.messages"],
    output: ["gen_ai.output.messages"],
    toolArguments: ["gen_ai.tool.call.arguments"],
    toolResult: ["gen_ai.tool.call.result"],
  },
};

/** `gen_ai.operation.name` to step. Embeddings are model calls: they have a model, tokens and a price. */
export const operations: Readonly<Record<string, StepWord>> = {
  chat: "llm",
  generate_content: "llm",
  text_completion: "llm",
  embeddings: "llm",
  execute_tool: "tool",
  invoke_agent: "run",
  invoke_workflow: "flow",
  create_agent: "action",
  fetch_response: "action",
  plan: "action",
  retrieval: "action",
  search_memory: "action",
  create_memory: "action",
  update_memory: "action",
  upsert_memory: "action",
  delete_memory: "action",
  create_memory_store: "action",
  delete_memory_store: "action",
};
