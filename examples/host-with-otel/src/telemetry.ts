import { context, logs, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  AlwaysOnSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  protect,
  SessionIdGenerator,
  SessionLogRecordProcessor,
  SessionPropagator,
  SessionSampler,
  SessionSpanProcessor,
} from "@throughline/sdk";

/**
 * What this server had before it knew of sessions, and what was added to it: everything that is called Session..., and
 * `protect` around its exporters.
 */
export function setUpTelemetry(): () => Promise<unknown> {
  const resource = resourceFromAttributes({
    "service.name": "reports",
    "service.instance.id": crypto.randomUUID(),
    "throughline.content.capture": "off",
  });
  const tracers = new TracerProvider({
    resource,
    sampler: new SessionSampler(new ParentBasedSampler({ root: new AlwaysOnSampler() })),
    idGenerator: new SessionIdGenerator(),
    // First, so that everybody behind it sees whose span it is.
    spanProcessors: [
      new SessionSpanProcessor(),
      new BatchSpanProcessor({ exporter: protect(new OTLPTraceExporter()) }),
    ],
  });
  const loggers = new LoggerProvider({
    resource,
    processors: [
      new SessionLogRecordProcessor(),
      new BatchLogRecordProcessor({ exporter: protect(new OTLPLogExporter()) }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracers);
  logs.setGlobalLoggerProvider(loggers);
  propagation.setGlobalPropagator(
    new SessionPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    ),
  );
  return () => Promise.all([tracers.shutdown(), loggers.shutdown()]);
}
