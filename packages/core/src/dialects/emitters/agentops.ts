import type { Dialect } from "../dialect.ts";

/**
 * AgentOps: a session is a trace with a root of kind `session`, and has no id of its own. Its records carry none, and ours is
 * never made of a trace id.
 */
export const agentOps: Dialect = {
  id: "agentops",
  title: "AgentOps",
  recognise: { marks: ["agentops.span.kind"], scopes: ["agentops*"] },
  kinds: [
    {
      key: "agentops.span.kind",
      values: {
        session: "session",
        workflow: "flow",
        agent: "run",
        task: "action",
        operation: "action",
        tool: "tool",
        llm: "llm",
        chain: "flow",
        guardrail: "hook",
      },
    },
  ],
  fields: {
    agent: ["agent.name"],
    tool: ["tool.name"],
    callId: ["tool.call.id"],
    reasoning: ["gen_ai.usage.reasoning_tokens"],
    cost: ["gen_ai.usage.total_cost"],
    name: ["agentops.entity.name", "operation.name"],
    outcome: ["agentops.session.end_state"],
  },
  content: {
    input: ["agentops.entity.input"],
    output: ["agentops.entity.output"],
    numberedInput: ["gen_ai.prompt"],
    numberedOutput: ["gen_ai.completion"],
    toolArguments: ["tool.parameters", "agentops.entity.input"],
    toolResult: ["tool.output", "agentops.entity.output"],
  },
};
