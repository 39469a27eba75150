import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

import type { SetUp } from "../subject.ts";
import { otelStep } from "./otel-steps.ts";

/** Plain OpenTelemetry 3.x: batch processor and OTLP protobuf exporter as their documentation sets them up. */
export const setUp: SetUp = (endpoint) => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(provider);
  return { step: otelStep, flush: () => provider.forceFlush() };
};
