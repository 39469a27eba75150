import { initLogger } from "braintrust";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  const logger = initLogger({
    projectName: "bench",
    projectId: "11111111-1111-1111-1111-111111111111",
    apiKey: "key",
    appUrl: endpoint,
    asyncFlush: true,
  });
  const step = (content) =>
    logger.traced(
      (session) =>
        session.traced(
          (turn) => {
            turn.traced((call) => call.log({ metadata: llm, ...(content && { input: content }) }), {
              name: "chat gpt-5.4",
              type: "llm",
            });
            for (let i = 0; i < 2; i++) {
              turn.traced((call) => call.log({ metadata: tool(i) }), {
                name: `tool-${i}`,
                type: "tool",
              });
            }
          },
          { name: "turn", type: "task" },
        ),
      { name: "session", event: { metadata: { session_id: sessionId() } } },
    );
  return { step, flush: () => logger.flush() };
}
