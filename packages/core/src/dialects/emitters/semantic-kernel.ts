import type { Dialect } from "../dialect.ts";

/** Semantic Kernel: GenAI conventions, older span names in older releases, no session of any kind. */
export const semanticKernel: Dialect = {
  id: "semantic-kernel",
  title: "Semantic Kernel",
  recognise: { scopes: ["semantic_kernel*", "Microsoft.SemanticKernel*"] },
  steps: {
    "chat.completions*": "llm",
    "chat.streaming_completions*": "llm",
    "text.completions*": "llm",
    "text_completions*": "llm",
    AutoFunctionInvocationLoop: "action",
  },
  fields: { agentRun: ["gen_ai.agent.id"] },
};
