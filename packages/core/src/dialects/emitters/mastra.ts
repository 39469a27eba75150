import type { Dialect } from "../dialect.ts";

/** Mastra with its OTel exporter 1.4: GenAI conventions; the conversation is the thread, on every span of it. */
export const mastra: Dialect = {
  id: "mastra",
  title: "Mastra",
  recognise: { marks: ["mastra.span.type", "mastra.traceId"], scopes: ["@mastra/*", "mastra*"] },
  session: { keys: ["mastra.metadata.sessionId", "gen_ai.conversation.id"] },
  kinds: [
    {
      key: "mastra.span.type",
      values: {
        // The exporter puts the operation `chat` on one span a call, whichever of these it is.
        model_step: null,
        workflow_step: "action",
        workflow_conditional: "action",
        workflow_parallel: "action",
        workflow_loop: "action",
        provider_tool_call: "tool",
        mcp_tool_call: "tool",
        tool_call: "tool",
      },
    },
  ],
  fields: { reasoning: ["gen_ai.usage.reasoning_tokens"] },
  content: {
    toolArguments: ["gen_ai.tool.call.arguments", "gen_ai.tool.input"],
    toolResult: ["gen_ai.tool.call.result", "gen_ai.tool.output"],
    input: ["gen_ai.prompt"],
    output: ["gen_ai.completion"],
  },
};
