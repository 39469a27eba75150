import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";

import { Delivery } from "../../../packages/sdk/src/export/index.ts";
import type { SetUp } from "../subject.ts";
import { otelStep } from "./otel-steps.ts";

/** The same spans of the same SDK, delivered by ours. */
export const setUp: SetUp = (endpoint) => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const delivery = new Delivery({
    endpoint,
    ...(process.env["BENCH_JOURNAL"] && { journal: process.env["BENCH_JOURNAL"] }),
  });
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [delivery.spans] }));
  return { step: otelStep, flush: () => delivery.flush() };
};
