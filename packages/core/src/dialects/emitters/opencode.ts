import type { Dialect } from "../dialect.ts";

/** opencode 1.18: Effect spans of its own around Vercel AI SDK spans, which tell the model calls. */
export const opencode: Dialect = {
  id: "opencode",
  title: "opencode",
  agent: "opencode",
  recognise: { scopes: ["opencode*"], services: ["opencode*"] },
  steps: {
    "SessionPrompt.run": "turn",
    "SessionPrompt.prompt": "turn",
    "SessionProcessor.process": "action",
    // The AI SDK's span below it is the call.
    "LLM.run": null,
    "LLM.stream": null,
    "Tool.execute": "tool",
  },
  fields: {
    turn: ["message.id"],
    tool: ["tool.name", "tool.id"],
    callId: ["tool.call_id"],
  },
};
