import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";

import { SessionIdGenerator } from "../stamp/id-generator.ts";
import { SessionLogRecordProcessor } from "../stamp/log-processor.ts";
import { SessionSampler } from "../stamp/sampler.ts";
import { SessionSpanProcessor } from "../stamp/span-processor.ts";
import { register } from "../start/globals.ts";
import { EventLoggerProvider } from "../start/own/event-logger.ts";
import { StepTracerProvider } from "../start/own/step-tracer-provider.ts";
import { propagatorFrom } from "../start/propagator.ts";
import { resourceFor } from "../start/resource.ts";
import { samplerFrom } from "../start/sampler.ts";
import { logRecordProcessor, spanProcessor } from "./listening.ts";

let standing: boolean | undefined;

/**
 * Sets OpenTelemetry up once for the process, as `start()` does, unless a host has done so; whether it is ours. It stays for
 * good: modules under test keep the tracers they were given, so what changes from test to test is who listens.
 */
export function setUpOnce(): boolean {
  return (standing ??= setUp());
}

function setUp(): boolean {
  const resource = resourceFor(undefined, {});
  const processors = [new SessionLogRecordProcessor(), logRecordProcessor];
  return register({
    contextManager: new AsyncLocalStorageContextManager().enable(),
    propagator: propagatorFrom({}),
    tracers: new StepTracerProvider({
      resource,
      sampler: new SessionSampler(samplerFrom({})),
      idGenerator: new SessionIdGenerator(),
      spanProcessors: [new SessionSpanProcessor(), spanProcessor],
    }),
    loggers: new EventLoggerProvider({ resource, processors }, resource, logRecordProcessor),
  });
}
