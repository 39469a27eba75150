import type { Dialect } from "../dialect.ts";

/** LangSmith's OTel export of LangChain runs. `langsmith.trace.session_id` is a project and never read. */
export const langSmith: Dialect = {
  id: "langsmith",
  title: "LangSmith",
  recognise: { marks: ["langsmith.span.kind", "langsmith.span.id"], scopes: ["langsmith*"] },
  kinds: [
    {
      key: "langsmith.span.kind",
      values: {
        llm: "llm",
        chain: "flow",
        tool: "tool",
        retriever: "action",
        embedding: "llm",
        prompt: "action",
        parser: "action",
      },
    },
  ],
  fields: { tool: ["gen_ai.tool.name", "langsmith.trace.name"] },
  content: {
    input: ["gen_ai.prompt"],
    output: ["gen_ai.completion"],
    toolArguments: ["gen_ai.prompt"],
    toolResult: ["gen_ai.completion"],
  },
};
