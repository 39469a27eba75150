import { context, diag, DiagLogLevel, logs, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from "@opentelemetry/sdk-logs";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { SessionLogRecordProcessor, SessionSpanProcessor } from "@throughline/sdk";

export interface HostOptions {
  /** The host's own processors, between ours and the exporting one. */
  readonly spanProcessors?: readonly SpanProcessor[];
  readonly logProcessors?: readonly LogRecordProcessor[];
  /** Without our processors, as a host that never heard of us. */
  readonly bare?: boolean;
  readonly sampler?: Sampler;
  readonly idGenerator?: IdGenerator;
  readonly exporter?: (memory: InMemorySpanExporter) => SpanExporter;
  readonly contextManager?: boolean;
}

export interface Host {
  readonly spans: () => readonly ReadableSpan[];
  readonly logs: () => readonly ReadableLogRecord[];
  /** What OTel's diag logger was told. */
  readonly said: readonly string[];
  readonly span: (name: string) => ReadableSpan;
  readonly stop: () => Promise<void>;
}

/** A host application with an OpenTelemetry SDK of its own, of the 3.x line, and our processors in it. */
export function host(options: HostOptions = {}): Host {
  const said: string[] = [];
  const hear = (message: string): void => void said.push(message);
  diag.setLogger(
    { error: hear, warn: hear, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  if (options.contextManager !== false) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }
  const resource = resourceFromAttributes({
    "service.name": "test",
    "service.instance.id": "test-1",
  });
  const memory = new InMemorySpanExporter();
  const exporter = options.exporter?.(memory) ?? memory;
  const provider = new TracerProvider({
    resource,
    ...(options.sampler && { sampler: options.sampler }),
    ...(options.idGenerator && { idGenerator: options.idGenerator }),
    spanProcessors: [
      ...(options.bare === true ? [] : [new SessionSpanProcessor()]),
      ...(options.spanProcessors ?? []),
      new SimpleSpanProcessor({ exporter }),
    ],
  });
  trace.setGlobalTracerProvider(provider);

  const logMemory = new InMemoryLogRecordExporter();
  const loggers = new LoggerProvider({
    resource,
    processors: [
      ...(options.bare === true ? [] : [new SessionLogRecordProcessor()]),
      ...(options.logProcessors ?? []),
      new SimpleLogRecordProcessor({ exporter: logMemory }),
    ],
  });
  logs.setGlobalLoggerProvider(loggers);

  return {
    spans: () => memory.getFinishedSpans(),
    logs: () => logMemory.getFinishedLogRecords(),
    said,
    span(name) {
      const found = memory.getFinishedSpans().filter((span) => span.name === name);
      const [span] = found;
      if (span === undefined || found.length > 1) {
        throw new Error(
          `${found.length} spans called ${name} among: ${memory
            .getFinishedSpans()
            .map((other) => other.name)
            .join(", ")}`,
        );
      }
      return span;
    },
    async stop() {
      // Announcements of unfinished work wait for the loop.
      await new Promise((looped) => setImmediate(looped));
      await provider.shutdown();
      await loggers.shutdown();
      trace.disable();
      logs.disable();
      context.disable();
      propagation.disable();
      diag.disable();
    },
  };
}
