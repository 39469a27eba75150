import type { Dialect } from "../dialect.ts";

/** OpenInference, the words of Phoenix: LangChain, LangGraph, LlamaIndex and many more speak them through its instrumentations. */
export const openInference: Dialect = {
  id: "openinference",
  title: "OpenInference (LangChain and others)",
  recognise: { marks: ["openinference.span.kind"] },
  kinds: [
    {
      key: "openinference.span.kind",
      values: {
        agent: "run",
        chain: "flow",
        llm: "llm",
        embedding: "llm",
        tool: "tool",
        retriever: "action",
        reranker: "action",
        guardrail: "hook",
        evaluator: "sidecar",
        prompt: "action",
        decision: "action",
      },
    },
  ],
  fields: {
    agent: ["agent.name"],
    agentRun: ["graph.node.id"],
    model: [
      "llm.response.model_name",
      "llm.model_name",
      "llm.request.model_name",
      "embedding.model_name",
    ],
    provider: ["llm.provider", "llm.system"],
    tool: ["tool.name"],
    callId: ["tool_call.id", "tool.id"],
    input: ["llm.token_count.prompt"],
    output: ["llm.token_count.completion"],
    cacheRead: ["llm.token_count.prompt_details.cache_read"],
    cacheWrite: ["llm.token_count.prompt_details.cache_write"],
    reasoning: ["llm.token_count.completion_details.reasoning"],
    cost: ["llm.cost.total"],
    name: ["graph.node.name"],
  },
  content: {
    input: ["input.value"],
    output: ["output.value"],
    numberedInput: ["llm.input_messages"],
    numberedOutput: ["llm.output_messages"],
    toolArguments: ["tool.parameters", "input.value"],
    toolResult: ["output.value"],
  },
};
