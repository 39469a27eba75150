import type { Dialect } from "../dialect.ts";

/** Microsoft Agent Framework: GenAI conventions for agents, spans of its own for workflows. */
export const agentFramework: Dialect = {
  id: "agent-framework",
  title: "Microsoft Agent Framework",
  recognise: {
    scopes: ["agent_framework*", "Microsoft.Agents*", "Experimental.Microsoft.Agents*"],
    marks: ["executor.id"],
    names: ["workflow.run", "workflow.build", "executor.process*", "edge_group.process*"],
  },
  steps: {
    "workflow.run*": "flow",
    "workflow.build*": null,
    "executor.process*": "action",
    "edge_group.process*": null,
    "message.send*": null,
  },
  fields: { name: ["executor.id"], agentRun: ["gen_ai.agent.id"] },
};
