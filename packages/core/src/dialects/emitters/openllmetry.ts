import { text } from "../attributes.ts";
import type { Dialect } from "../dialect.ts";

/** OpenLLMetry by Traceloop (Python 0.62, JavaScript 0.27): workflows and tasks around GenAI spans of an older generation. */
export const openLlmetry: Dialect = {
  id: "openllmetry",
  title: "OpenLLMetry (Traceloop)",
  recognise: {
    marks: ["traceloop.span.kind", "traceloop.workflow.name", "llm.request.type"],
    scopes: ["@traceloop/*", "traceloop*"],
  },
  kinds: [
    {
      key: "traceloop.span.kind",
      values: { workflow: "flow", task: "action", agent: "run", tool: "tool" },
    },
    { key: "llm.request.type", values: { chat: "llm", completion: "llm", embedding: "llm" } },
  ],
  span({ attributes }) {
    const name = text(attributes, "traceloop.entity.name");
    if (name === undefined) return undefined;
    const kind = attributes["traceloop.span.kind"];
    return kind === "tool" ? { tool: name } : kind === "agent" ? { agent: name } : undefined;
  },
  fields: {
    cacheRead: ["gen_ai.usage.cache_read_input_tokens"],
    reasoning: ["gen_ai.usage.reasoning_tokens", "llm.usage.reasoning_tokens"],
    name: ["traceloop.entity.name", "traceloop.workflow.name"],
    cost: ["gen_ai.usage.cost", "llm.usage.total_cost"],
  },
  content: {
    numberedInput: ["gen_ai.prompt"],
    numberedOutput: ["gen_ai.completion"],
    toolArguments: ["traceloop.entity.input"],
    toolResult: ["traceloop.entity.output"],
  },
};
