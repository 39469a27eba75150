import type { Dialect } from "../dialect.ts";

/** Amazon Bedrock AgentCore: the runtime's request around whatever framework runs in it; ADOT copies `session.id` from baggage. */
export const agentCore: Dialect = {
  id: "agentcore",
  title: "Amazon Bedrock AgentCore",
  recognise: { names: ["InvokeAgentRuntime"], scopes: ["bedrock_agentcore*"] },
  steps: { InvokeAgentRuntime: "turn" },
  fields: { requestId: ["aws.request_id"], errorType: ["error_type"] },
};
