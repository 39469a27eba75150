import { trace, type Tracer } from "@opentelemetry/api";

import { llm, tool } from "../subject.ts";

/** The step written by hand on the OTel API. */
export function otelStep(content: string | undefined): void {
  otelSteps(trace.getTracer("bench"), content);
}

export function otelSteps(tracer: Tracer, content: string | undefined): void {
  tracer.startActiveSpan("session support", (session) => {
    tracer.startActiveSpan("invoke_agent support", (turn) => {
      const attributes =
        content === undefined ? { ...llm } : { ...llm, "gen_ai.input.messages": content };
      tracer.startActiveSpan("chat gpt-5.4", { attributes }, (span) => span.end());
      for (let i = 0; i < 2; i++) {
        const options = { attributes: tool(i) };
        tracer.startActiveSpan(`execute_tool tool-${i}`, options, (span) => span.end());
      }
      turn.end();
    });
    session.end();
  });
}
