import * as traceloop from "@traceloop/node-server-sdk";
import { trace } from "@opentelemetry/api";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  traceloop.initialize({
    appName: "bench",
    apiKey: "key",
    baseUrl: endpoint,
    silenceInitializationMessage: true,
    traceloopSyncEnabled: false,
    instrumentModules: {},
  });
  return { step, flush: () => traceloop.forceFlush() };
}

async function step(content) {
  await traceloop.withAssociationProperties({ session_id: sessionId() }, () =>
    traceloop.withWorkflow({ name: "session" }, () =>
      traceloop.withAgent({ name: "turn" }, async () => {
        await traceloop.withTask({ name: "chat" }, () => {
          trace
            .getActiveSpan()
            ?.setAttributes({ ...llm, ...(content && { "gen_ai.input.messages": content }) });
        });
        for (let i = 0; i < 2; i++) {
          await traceloop.withTool({ name: `tool-${i}` }, () => {
            trace.getActiveSpan()?.setAttributes(tool(i));
          });
        }
      }),
    ),
  );
}
