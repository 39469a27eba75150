import { LangfuseSpanProcessor } from "@langfuse/otel";
import { propagateAttributes, startActiveObservation } from "@langfuse/tracing";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

import { llm, sessionId, tool } from "./step.mjs";

export function setUp(endpoint) {
  const processor = new LangfuseSpanProcessor({
    baseUrl: endpoint,
    publicKey: "pk",
    secretKey: "sk",
  });
  new NodeTracerProvider({ spanProcessors: [processor] }).register();
  return { step, flush: () => processor.forceFlush() };
}

function step(content) {
  propagateAttributes({ sessionId: sessionId() }, () =>
    startActiveObservation("session", () =>
      startActiveObservation(
        "turn",
        () => {
          startActiveObservation(
            "chat gpt-5.4",
            (call) =>
              call.update({
                model: llm["gen_ai.response.model"],
                usageDetails: { input: 812, output: 96 },
                metadata: { provider: "openai", operation: "chat" },
                ...(content && { input: content }),
              }),
            { asType: "generation" },
          );
          for (let i = 0; i < 2; i++) {
            startActiveObservation(`tool-${i}`, (call) => call.update({ metadata: tool(i) }), {
              asType: "tool",
            });
          }
        },
        { asType: "agent" },
      ),
    ),
  );
}
