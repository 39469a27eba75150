import type { Dialect } from "../dialect.ts";

/** AWS Strands: GenAI conventions around a loop of cycles. A session is what the application put into trace attributes. */
export const strands: Dialect = {
  id: "strands",
  title: "AWS Strands",
  recognise: {
    scopes: ["strands*", "@strands-agents*"],
    names: ["execute_agent_loop_cycle", "execute_event_loop_cycle"],
    marks: ["agent_loop.cycle_id", "event_loop.cycle_id"],
  },
  steps: {
    execute_agent_loop_cycle: "action",
    execute_event_loop_cycle: "action",
    "invoke_graph*": "flow",
    "invoke_swarm*": "flow",
    "node *": "action",
    "memory.*": "action",
  },
  fields: {
    outcome: ["gen_ai.tool.status"],
    cacheWrite: [
      "gen_ai.usage.cache_write_input_tokens",
      "gen_ai.usage.cache_creation.input_tokens",
    ],
    errorMessage: ["tool.error"],
  },
};
