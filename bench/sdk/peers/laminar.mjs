import { Laminar, observe } from "@lmnr-ai/lmnr";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  const { hostname, port } = new URL(endpoint);
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: `http://${hostname}`,
    httpPort: Number(port),
    forceHttp: true,
    instrumentModules: {},
    logLevel: "error",
  });
  return { step, flush: () => Laminar.flush() };
}

async function step(content) {
  await observe({ name: "session", sessionId: sessionId() }, () =>
    observe({ name: "turn" }, async () => {
      await observe({ name: "chat gpt-5.4", spanType: "LLM", input: content }, () => {
        Laminar.setSpanAttributes(llm);
      });
      for (let i = 0; i < 2; i++) {
        await observe({ name: `tool-${i}`, spanType: "TOOL" }, () => {
          Laminar.setSpanAttributes(tool(i));
        });
      }
    }),
  );
}
