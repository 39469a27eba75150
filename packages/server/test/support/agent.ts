import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

import type { TestBackend } from "./backend.ts";

export interface SentTurn {
  readonly traceId: string;
  readonly rootId: string;
  readonly toolId: string;
}

/**
 * One turn of an agent, sent by OpenTelemetry's own exporters: a root, a model call, two tools of which one fails, and a line of
 * each kind of log. Acknowledged when it resolves.
 */
export async function sendTurn(
  { url }: Pick<TestBackend, "url">,
  session: string,
  service = "shop-agent",
): Promise<SentTurn> {
  const resource = resourceFromAttributes({ "service.name": service, "host.name": "here" });
  const tracing = new TracerProvider({
    resource,
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) }),
    ],
  });
  const logging = new LoggerProvider({
    resource,
    processors: [
      new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${url}/v1/logs` }) }),
    ],
  });
  const carried = { "session.id": session };
  const tracer = tracing.getTracer("agent", "1.0.0");
  const root = tracer.startSpan(
    `invoke_agent ${service}`,
    { kind: SpanKind.SERVER, attributes: carried },
    ROOT_CONTEXT,
  );
  const below = trace.setSpan(ROOT_CONTEXT, root);
  const step = (name: string, kind: SpanKind, attributes: Record<string, string | number>): Span =>
    tracer.startSpan(name, { kind, attributes: { ...carried, ...attributes } }, below);
  step("chat gpt-5.4", SpanKind.CLIENT, {
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.output_tokens": 96,
  }).end();
  const search = step("execute_tool search", SpanKind.INTERNAL, { "gen_ai.tool.name": "search" });
  search.end();
  const refund = step("execute_tool refund", SpanKind.INTERNAL, { "gen_ai.tool.name": "refund" });
  refund.addEvent("exception", { "exception.type": "RefundRefused" });
  refund.setStatus({ code: SpanStatusCode.ERROR, message: "refused" });
  refund.end();
  root.end();
  const logger = logging.getLogger("agent", "1.0.0");
  const context = trace.setSpan(ROOT_CONTEXT, refund);
  const lines = [
    { body: "the refund was refused", severityNumber: 17, severityText: "ERROR" },
    { body: '{"tool":"refund","amount":12.5,"nested":{"why":"late"}}', severityNumber: 9 },
    { body: "tool=search took=10ms hits=3", severityNumber: 9 },
  ];
  for (const line of lines) logger.emit({ ...line, attributes: carried, context });
  await Promise.all([tracing.shutdown(), logging.shutdown()]);
  const { spanId: rootId, traceId } = root.spanContext();
  return { traceId, rootId, toolId: refund.spanContext().spanId };
}

/** Seconds of a window around now, as clients of Tempo write it. */
export function around(): string {
  const now = Math.floor(Date.now() / 1_000);
  return `start=${now - 600}&end=${now + 60}`;
}
