import * as logfire from "@pydantic/logfire-node";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  logfire.configure({
    token: "token",
    serviceName: "bench",
    sendToLogfire: true,
    console: false,
    metrics: false,
    advanced: { baseUrl: endpoint },
    nodeAutoInstrumentations: Object.fromEntries(
      ["fs", "http", "net", "dns", "undici", "runtime-node"].map((name) => [
        `@opentelemetry/instrumentation-${name}`,
        { enabled: false },
      ]),
    ),
  });
  return { step, flush: () => logfire.forceFlush() };
}

async function step(content) {
  await logfire.span("session", {
    attributes: { "conversation.key": sessionId() },
    callback: () =>
      logfire.span("turn", {
        callback: async () => {
          await logfire.span("chat gpt-5.4", {
            attributes: { ...llm, ...(content && { "gen_ai.input.messages": content }) },
            callback: () => {},
          });
          for (let i = 0; i < 2; i++) {
            await logfire.span(`tool-${i}`, { attributes: tool(i), callback: () => {} });
          }
        },
      }),
  });
}
