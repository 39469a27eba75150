// A host of the 3.x line: api 1.10, which has the logs API.
import { context, logs, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  protect,
  SessionIdGenerator,
  SessionLogRecordProcessor,
  SessionSampler,
  SessionSpanProcessor,
} from "@throughline/sdk";

import { agent, delivery, overwriting, scenario } from "./agent.mjs";

const spans = new InMemorySpanExporter();
const records = new InMemoryLogRecordExporter();
const resource = resourceFromAttributes({ "service.name": "host" });

await agent({
  spans,
  records,
  logger: () => logs.getLogger("host"),
  start() {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const provider = new TracerProvider({
      resource,
      ...(scenario === "ids" && { idGenerator: new SessionIdGenerator() }),
      ...(scenario === "sampled" && {
        sampler: new SessionSampler(new TraceIdRatioBasedSampler(1 / 3)),
      }),
      spanProcessors: [
        new SessionSpanProcessor(),
        ...(scenario === "overwritten" ? [overwriting] : []),
        new SimpleSpanProcessor({ exporter: protect(spans) }),
        ...(delivery ? [delivery.spans] : []),
      ],
    });
    trace.setGlobalTracerProvider(provider);
    logs.setGlobalLoggerProvider(
      new LoggerProvider({
        resource,
        processors: [
          new SessionLogRecordProcessor(),
          new SimpleLogRecordProcessor({ exporter: protect(records) }),
          ...(delivery ? [delivery.logs] : []),
        ],
      }),
    );
  },
});
