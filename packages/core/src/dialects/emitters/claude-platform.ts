import type { Dialect } from "../dialect.ts";

/**
 * The Claude API's server-side spans, its SDKs and managed agents: GenAI conventions under names made of the method's path.
 * The service knows no session; the application's own spans above do.
 */
export const claudePlatform: Dialect = {
  id: "claude-platform",
  title: "Claude API, SDK and managed agents",
  recognise: {
    services: ["claude-platform"],
    marks: ["anthropic.request.id"],
    names: ["anthropic.*"],
  },
  steps: {
    "anthropic.messages*": "llm",
    "anthropic.tool_use*": "tool",
    "anthropic.sessions*": "action",
  },
  fields: { requestId: ["anthropic.request.id"] },
};
