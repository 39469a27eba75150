import type { Logger, Tracer } from "@opentelemetry/api";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import { LoggerProvider } from "@opentelemetry/sdk-logs";
import { TracerProvider, type Sampler, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { SessionLogRecordProcessor, SessionSpanProcessor } from "@throughline/sdk";
import { Delivery, type DeliveryOptions } from "@throughline/sdk/delivery";

export interface EmitterOptions extends DeliveryOptions {
  readonly resource?: Resource;
  readonly sampler?: Sampler;
  /** Between our first processor and our last. */
  readonly processors?: readonly SpanProcessor[];
}

export interface Emitter extends AsyncDisposable {
  readonly delivery: Delivery;
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly tracers: TracerProvider;
  readonly loggers: LoggerProvider;
}

/** Official providers of the 3.x line with our processors in their places; nothing is global. */
export function emitter({ resource, sampler, processors, ...options }: EmitterOptions): Emitter {
  const delivery = new Delivery({ env: {}, exitWithinMs: 0, ...options });
  const shared = { resource: resource ?? resourceFromAttributes({ "service.name": "test" }) };
  const tracers = new TracerProvider({
    ...shared,
    ...(sampler && { sampler }),
    spanProcessors: [new SessionSpanProcessor(), ...(processors ?? []), delivery.spans],
  });
  const loggers = new LoggerProvider({
    ...shared,
    processors: [new SessionLogRecordProcessor(), delivery.logs],
  });
  return {
    delivery,
    tracers,
    loggers,
    tracer: tracers.getTracer("test", "1"),
    logger: loggers.getLogger("test", "1"),
    [Symbol.asyncDispose]: () => delivery.shutdown(),
  };
}
