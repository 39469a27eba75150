import type { Dialect } from "../dialect.ts";

/** CrewAI's built-in spans, which are product telemetry: no session, no tokens. Its instrumentations tell more. */
export const crewAi: Dialect = {
  id: "crewai",
  title: "CrewAI",
  recognise: { scopes: ["crewai.telemetry"], marks: ["crew_key"] },
  steps: {
    "Crew Created": null,
    "Crew Execution": "flow",
    "Flow Execution": "flow",
    "Task Created": null,
    "Task Execution": "action",
    "Tool Usage": "tool",
    "Tool Usage Error": "tool",
    "Tool Repeated Usage": "tool",
  },
  fields: { tool: ["tool_name"], agent: ["agent_role"], name: ["flow_name", "task_key"] },
};
