/** The official JavaScript exporters as clients, over every transport they have. Python's and Go's: test/clients. */
import {
  SpanKind,
  SpanStatusCode,
  trace,
  ROOT_CONTEXT,
  type Attributes,
  type Context,
} from "@opentelemetry/api";
import { OTLPLogExporter as LogsOverGrpc } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as LogsAsJson } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as LogsAsProtobuf } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as MetricsOverGrpc } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as MetricsAsJson } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as MetricsAsProtobuf } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as TracesOverGrpc } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as TracesAsJson } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as TracesAsProtobuf } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "vitest";

import { sharedBackend, type TestBackend } from "../support/backend.ts";

const exporters = {
  protobuf: { traces: TracesAsProtobuf, logs: LogsAsProtobuf, metrics: MetricsAsProtobuf },
  json: { traces: TracesAsJson, logs: LogsAsJson, metrics: MetricsAsJson },
  grpc: { traces: TracesOverGrpc, logs: LogsOverGrpc, metrics: MetricsOverGrpc },
} as const;

type Way = keyof typeof exporters;

const resource = resourceFromAttributes({ "service.name": "exporting-agent" });
const shared = sharedBackend();
const carried = {
  text: "grüße 🚢",
  whole: 42,
  fraction: 0.5,
  yes: true,
  list: ["a", "b"],
};

describe.each(["none", "gzip"] as const)("compression %s", (compression) => {
  test.each(["protobuf", "json", "grpc"] as const)("%s is received without loss", async (way) => {
    const server = shared();
    const session = `${way} ${compression}`;
    const attributes = { "session.id": session, ...carried };
    const options = (signal: string) => ({
      url: way === "grpc" ? server.grpc : `${server.url}/v1/${signal}`,
      // SAFETY: the exporters declare an enum of just these two values, and don't export it.
      compression: compression as never,
    });
    await sendSpans(new exporters[way].traces(options("traces")), attributes);
    await sendLogs(new exporters[way].logs(options("logs")), attributes);
    await sendMetric(new exporters[way].metrics(options("metrics")));

    expect(await server.json(`/api/v1/sessions/${encodeURIComponent(session)}`)).toMatchObject({
      services: ["exporting-agent"],
      spans: 301,
      logs: 200,
      errors: 1,
    });
    const { records } = await recordsOf(server, session);
    expect(records).toHaveLength(501);
    const failed = records.find((record) => record.status === "error");
    expect(failed).toMatchObject({
      kind: "span",
      name: "root",
      attributes,
      events: [{ name: "happened", attributes: { why: "test" } }],
    });
    expect(records.filter((record) => record.parent_span_id === failed?.span_id)).toHaveLength(300);
    expect(records.find((record) => record.body === "line 199")).toMatchObject({
      kind: "log",
      severity: expect.stringMatching(/warn/i),
      attributes,
    });
    const accepted = 'throughline_records_accepted_total{signal="metrics"}';
    expect(await server.metric(accepted)).toBeGreaterThanOrEqual(1);
    for (const signal of ["traces", "logs", "metrics"]) {
      const rejected = `throughline_records_rejected_total{signal="${signal}"}`;
      expect(await server.metric(rejected)).toBe(0);
    }
  });
});

interface Received {
  readonly status: string | null;
  readonly span_id: string;
  readonly parent_span_id: string;
  readonly body: unknown;
}

async function recordsOf(
  server: TestBackend,
  session: string,
): Promise<{ readonly records: readonly Received[] }> {
  const id = encodeURIComponent(session);
  const page: unknown = await server.json(`/api/v1/sessions/${id}/records?limit=2000`);
  return page as { readonly records: readonly Received[] };
}

async function sendSpans(
  exporter: InstanceType<(typeof exporters)[Way]["traces"]>,
  attributes: Attributes,
): Promise<void> {
  const batch = new BatchSpanProcessor({ exporter, maxExportBatchSize: 64 });
  const provider = new TracerProvider({ resource, spanProcessors: [batch] });
  const tracer = provider.getTracer("exporting", "1.0.0");
  const root = tracer.startSpan("root", { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
  root.addEvent("happened", { why: "test" });
  root.setStatus({ code: SpanStatusCode.ERROR, message: "on purpose" });
  const below: Context = trace.setSpan(ROOT_CONTEXT, root);
  for (let n = 0; n < 300; n++) tracer.startSpan(`child ${n}`, { attributes }, below).end();
  root.end();
  await provider.forceFlush();
  await provider.shutdown();
}

async function sendLogs(
  exporter: InstanceType<(typeof exporters)[Way]["logs"]>,
  attributes: Attributes,
): Promise<void> {
  const batch = new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 64 });
  const provider = new LoggerProvider({ resource, processors: [batch] });
  const logger = provider.getLogger("exporting", "1.0.0");
  for (let n = 0; n < 200; n++) {
    logger.emit({ body: `line ${n}`, severityNumber: 13, severityText: "WARN", attributes });
  }
  await provider.forceFlush();
  await provider.shutdown();
}

async function sendMetric(
  exporter: InstanceType<(typeof exporters)[Way]["metrics"]>,
): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ resource, readers: [reader] });
  provider.getMeter("exporting").createCounter("calls").add(3);
  await provider.forceFlush();
  await provider.shutdown();
}
