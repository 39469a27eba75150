import type { Dialect } from "../dialect.ts";

/**
 * OpenAI Agents SDK through its OpenTelemetry instrumentations: GenAI conventions, with the SDK's group id as the session and
 * its own span types kept beside them.
 */
export const openaiAgents: Dialect = {
  id: "openai-agents",
  title: "OpenAI Agents SDK",
  recognise: {
    scopes: [
      "opentelemetry.instrumentation.openai_agents*",
      "@opentelemetry/instrumentation-openai-agents*",
      "openinference.instrumentation.openai_agents*",
      "@arizeai/openinference-instrumentation-openai-agents*",
    ],
    marks: ["openai.agents.trace.group_id", "gen_ai.openai.agents.group_id"],
  },
  session: {
    keys: ["openai.agents.trace.group_id", "gen_ai.openai.agents.group_id", "group_id"],
  },
  kinds: [
    {
      key: "openai.agents.span.type",
      values: {
        agent: "run",
        task: "flow",
        turn: "action",
        generation: "llm",
        response: "llm",
        function: "tool",
        handoff: "delegation",
        guardrail: "hook",
        mcp_tools: "action",
        custom: "action",
      },
    },
  ],
};
