import { context, register, setSession, trace, withSpan } from "@arizeai/phoenix-otel";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  const provider = register({
    projectName: "bench",
    url: `${endpoint}/v1/traces`,
    apiKey: "key",
    batch: true,
  });
  return { step, flush: () => provider.forceFlush() };
}

const chat = withSpan(
  (_content) => {
    trace.getActiveSpan()?.setAttributes(llm);
  },
  { name: "chat gpt-5.4", kind: "LLM" },
);
const tools = [0, 1].map((i) =>
  withSpan(() => trace.getActiveSpan()?.setAttributes(tool(i)), {
    name: `tool-${i}`,
    kind: "TOOL",
  }),
);
const turn = withSpan(
  (content) => {
    chat(content);
    for (const call of tools) call();
  },
  { name: "turn", kind: "AGENT", processInput: () => ({}) },
);
const session = withSpan((content) => turn(content), {
  name: "session",
  kind: "CHAIN",
  processInput: () => ({}),
});

function step(content) {
  context.with(setSession(context.active(), { sessionId: sessionId() }), () => session(content));
}
