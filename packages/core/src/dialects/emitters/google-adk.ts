import type { Dialect } from "../dialect.ts";

/** Google's Agent Development Kit: an `invocation` is a turn; the conversation is the session. */
export const googleAdk: Dialect = {
  id: "google-adk",
  title: "Google ADK",
  recognise: {
    scopes: ["gcp.vertex.agent"],
    marks: ["gcp.vertex.agent.invocation_id", "gcp.vertex.agent.session_id", "adk.node.path"],
  },
  session: { keys: ["gen_ai.conversation.id"] },
  steps: {
    invocation: "turn",
    "agent_run*": "agent",
    call_llm: "llm",
    // The answers of parallel tools in one event; each tool has a span of its own.
    "execute_tool (merged)": null,
    "execute_node*": "action",
  },
  fields: { turn: ["gcp.vertex.agent.invocation_id"], agentRun: ["adk.node.run_id"] },
  content: {
    input: ["gcp.vertex.agent.llm_request"],
    output: ["gcp.vertex.agent.llm_response"],
    toolArguments: ["gcp.vertex.agent.tool_call_args"],
    toolResult: ["gcp.vertex.agent.tool_response"],
  },
};
