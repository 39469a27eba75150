import { Client } from "langsmith";
import { traceable } from "langsmith/traceable";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  const client = new Client({ apiUrl: endpoint, apiKey: "key" });
  const shared = { client, tracingEnabled: true, project_name: "bench" };
  const chat = traceable(() => ({}), {
    ...shared,
    name: "chat gpt-5.4",
    run_type: "llm",
    metadata: llm,
  });
  const tools = [0, 1].map((i) =>
    traceable(() => i, { ...shared, name: `tool-${i}`, run_type: "tool", metadata: tool(i) }),
  );
  const turn = traceable(
    async (content) => {
      await chat(content);
      for (const call of tools) await call();
    },
    { ...shared, name: "turn", run_type: "chain", processInputs: () => ({}) },
  );
  const session = traceable((content, _session) => turn(content), {
    ...shared,
    name: "session",
    run_type: "chain",
    processInputs: () => ({}),
  });
  return {
    step: (content) => session(content, sessionId()),
    flush: () => client.awaitPendingTraceBatches(),
  };
}
