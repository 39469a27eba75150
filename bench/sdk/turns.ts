/**
 * `turns.ts ENDPOINT CONTENT_BYTES`, started by main.ts: plain OpenTelemetry and our delivery in one process, taking turns of 50
 * steps. What else the machine does hits both alike, so the ratio holds where that of separate processes wavers.
 */
import { context, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, TracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace";

import { Delivery } from "@throughline/sdk/delivery";
import { text } from "./content.ts";
import { otelSteps } from "./subjects/otel-steps.ts";

export interface Turns {
  readonly name: string;
  readonly cpuMicros: number;
}

const stepsATurn = 50;
const warmUp = 100;
const measured = 300;

const [endpoint = "", contentBytes = "0"] = process.argv.slice(2);
const content = Number(contentBytes) > 0 ? text(Number(contentBytes)) : undefined;
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
const parties = [
  party("plain OTel 3.x", new BatchSpanProcessor({ exporter })),
  party("official spans + delivery", new Delivery({ endpoint, exitWithinMs: 0 }).spans),
];
for (let turn = 0; turn < warmUp + measured; turn++) {
  for (const one of parties) {
    const before = process.cpuUsage();
    for (let i = 0; i < stepsATurn; i++) otelSteps(one.tracer, content);
    await one.processor.forceFlush();
    const { user, system } = process.cpuUsage(before);
    if (turn >= warmUp) one.cpuMicros += user + system;
  }
}
const report: Turns[] = parties.map(({ name, cpuMicros }) => ({
  name,
  cpuMicros: cpuMicros / measured / stepsATurn,
}));
process.send?.(report, () => process.exit(0));

function party(
  name: string,
  processor: SpanProcessor,
): {
  readonly name: string;
  readonly processor: SpanProcessor;
  readonly tracer: Tracer;
  cpuMicros: number;
} {
  const provider = new TracerProvider({ spanProcessors: [processor] });
  return { name, processor, tracer: provider.getTracer("bench"), cpuMicros: 0 };
}
