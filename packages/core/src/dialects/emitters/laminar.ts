import type { Dialect } from "../dialect.ts";

/** Laminar 0.8: any span, typed by `lmnr.span.type`; DEFAULT is whatever function was observed. */
export const laminar: Dialect = {
  id: "laminar",
  title: "Laminar",
  recognise: { marks: ["lmnr.span.type", "lmnr.span.path"], scopes: ["lmnr.tracer"] },
  kinds: [
    {
      key: "lmnr.span.type",
      values: { llm: "llm", cached: "llm", tool: "tool", executor: "action", evaluator: "sidecar" },
    },
  ],
  span: ({ attributes, name }) =>
    attributes["lmnr.span.type"] === "TOOL" ? { tool: name } : undefined,
  fields: {
    reasoning: ["gen_ai.usage.reasoning_tokens", "gen_ai.usage.reasoning_output_tokens"],
    cost: ["gen_ai.usage.cost"],
  },
  content: {
    input: ["lmnr.span.input"],
    output: ["lmnr.span.output"],
    toolArguments: ["lmnr.span.input"],
    toolResult: ["lmnr.span.output"],
  },
};
