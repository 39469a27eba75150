import type { Dialect } from "../dialect.ts";

/**
 * Pydantic AI and Logfire. The conversation travels in baggage, so that it is one on all spans. Agent spans add up usage under
 * `gen_ai.aggregated_usage.*`, which is never read: the calls below have their own.
 */
export const pydanticAi: Dialect = {
  id: "pydantic-ai",
  title: "Pydantic AI and Logfire",
  recognise: { scopes: ["pydantic-ai", "pydantic_ai*"], marks: ["gen_ai.agent.call.id"] },
  session: { keys: ["gen_ai.conversation.id"] },
  steps: {
    "agent run": "run",
    "running tool": "tool",
    "running tool:*": "tool",
    // A group around them.
    "running tools": null,
    "running *": null,
  },
  fields: {
    agent: ["agent_name"],
    agentRun: ["gen_ai.agent.call.id"],
    model: ["gen_ai.response.model", "gen_ai.request.model", "model_name"],
  },
  content: {
    input: ["pydantic_ai.all_messages", "all_messages_events"],
    output: ["final_result"],
    toolArguments: ["tool_arguments"],
    toolResult: ["tool_response"],
  },
};
