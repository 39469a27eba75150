import type { Dialect } from "../dialect.ts";

/**
 * LiteLLM's proxy. Its first integration describes the call on the request's own span unless told otherwise; the second
 * follows the GenAI conventions and puts the caller's session id where the conversation goes.
 */
export const liteLlm: Dialect = {
  id: "litellm",
  title: "LiteLLM",
  recognise: {
    scopes: ["litellm*"],
    services: ["litellm*"],
    marks: ["litellm.call_id", "gen_ai.cost.total_cost"],
    names: ["litellm_request"],
  },
  session: {
    keys: ["gen_ai.conversation.id", "litellm.metadata.session_id", "metadata.session_id"],
  },
  steps: {
    litellm_request: "llm",
    // What LiteLLM sent to the provider for the span above it.
    raw_gen_ai_request: null,
  },
  span: ({ attributes, name }) =>
    name === "Received Proxy Server Request" && attributes["gen_ai.request.model"] !== undefined
      ? { step: "llm" }
      : undefined,
  fields: {
    requestId: ["litellm.call_id"],
    cost: ["litellm.cost.total", "gen_ai.cost.total_cost"],
  },
  content: { numberedInput: ["gen_ai.prompt"], numberedOutput: ["gen_ai.completion"] },
};
