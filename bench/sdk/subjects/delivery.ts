import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { Delivery, type DeliveryOptions } from "@throughline/sdk/delivery";

import type { SetUp, Subject } from "../subject.ts";
import { otelStep } from "./otel-steps.ts";

/** The same spans of the same SDK, delivered by ours. */
export const setUp: SetUp = (endpoint) => deliver({ endpoint });

export function deliver(options: DeliveryOptions): Subject {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const delivery = new Delivery(options);
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [delivery.spans] }));
  return { step: otelStep, flush: () => delivery.flush() };
}
