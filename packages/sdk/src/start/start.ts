import { diag, DiagConsoleLogger, DiagLogLevel, type Attributes } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { LoggerProvider, type LogRecordProcessor } from "@opentelemetry/sdk-logs";
import type { Sampler, SpanProcessor } from "@opentelemetry/sdk-trace";

import { Delivery, type DeliveryOptions, type Env } from "../export/index.ts";
import { health, reportDelivery, type Health } from "../health.ts";
import { EventLoggerProvider } from "./own/event-logger.ts";
import { StepTracerProvider } from "./own/step-tracer-provider.ts";
import { configure, type Settings } from "../settings.ts";
import { SessionIdGenerator } from "../stamp/id-generator.ts";
import { SessionLogRecordProcessor } from "../stamp/log-processor.ts";
import { SessionSampler } from "../stamp/sampler.ts";
import { SessionSpanProcessor } from "../stamp/span-processor.ts";
import { register, unregister } from "./globals.ts";
import { propagatorFrom } from "./propagator.ts";
import { resourceFor } from "./resource.ts";
import { samplerFrom } from "./sampler.ts";

export interface StartOptions extends Omit<DeliveryOptions, "env"> {
  /** `service.name`; OTEL_SERVICE_NAME otherwise. */
  readonly service?: string;
  /** Further attributes of the resource. Never a session id: a process has many. */
  readonly resource?: Attributes;
  /** Asked once a session; OTEL_TRACES_SAMPLER otherwise. */
  readonly sampler?: Sampler;
  /** Between the processor that gives records their session and the one that delivers them. */
  readonly spanProcessors?: readonly SpanProcessor[];
  readonly logProcessors?: readonly LogRecordProcessor[];
  /** What is decided once about all sessions of the process. */
  readonly sessions?: Partial<Settings>;
}

export interface Telemetry {
  /** Resolves when everything that ended before is delivered or given up, or when the time is over. */
  readonly flush: (withinMs?: number) => Promise<void>;
  /** Delivers what is there and takes everything down again. */
  readonly shutdown: () => Promise<void>;
  readonly health: () => Health;
}

let running: Telemetry | undefined;

/**
 * Sets up telemetry for a program that has none: providers, context manager, propagators, our processors in their places,
 * delivery at every end of the process. Call it first, once; a second call gives back the same.
 *
 * A program that has an OpenTelemetry SDK puts our processors into that instead; this changes nothing there and says so.
 */
export function start(options: StartOptions = {}): Telemetry {
  return (running ??= setUp(options));
}

function setUp(options: StartOptions): Telemetry {
  const env: Env = process.env;
  setDiagLogger(env);
  if (env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true") return nothing();

  configure(options.sessions ?? {});
  const resource = resourceFor(options.service, options.resource ?? {});
  const delivery = new Delivery(options);
  const tracers = new StepTracerProvider({
    resource,
    sampler: new SessionSampler(options.sampler ?? samplerFrom(env)),
    idGenerator: new SessionIdGenerator(),
    spanProcessors: [
      new SessionSpanProcessor(),
      ...(options.spanProcessors ?? []),
      ...(exports(env, "TRACES") ? [delivery.spans] : []),
    ],
  });
  const { logProcessors = [] } = options;
  const exported = exports(env, "LOGS");
  const logs = {
    resource,
    processors: [
      new SessionLogRecordProcessor(),
      ...logProcessors,
      ...(exported ? [delivery.logs] : []),
    ],
  };
  const loggers =
    exported && logProcessors.length === 0
      ? new EventLoggerProvider(logs, resource, delivery.logs)
      : new LoggerProvider(logs);
  const registered = register({
    contextManager: new AsyncLocalStorageContextManager().enable(),
    propagator: propagatorFrom(env),
    tracers,
    loggers,
  });
  if (!registered) {
    void delivery.shutdown();
    diag.error(
      "throughline: this program has set up OpenTelemetry before, so start() does nothing. Put SessionSpanProcessor first " +
        "and the processors of a Delivery last into its lists instead.",
    );
    return nothing();
  }
  reportDelivery(() => delivery.health());
  return {
    flush: (withinMs) => delivery.flush(withinMs),
    async shutdown() {
      await Promise.all([tracers.shutdown(), loggers.shutdown(), delivery.shutdown()]);
      reportDelivery(undefined);
      unregister();
      running = undefined;
    },
    health,
  };
}

/** OTEL_TRACES_EXPORTER and OTEL_LOGS_EXPORTER: `otlp`, the default, or `none`. */
function exports(env: Env, signal: "TRACES" | "LOGS"): boolean {
  const asked = env[`OTEL_${signal}_EXPORTER`]?.trim() || "otlp";
  if (asked !== "otlp" && asked !== "none") {
    diag.warn(`throughline: exporter "${asked}" is not known here; otlp is used instead.`);
  }
  return asked !== "none";
}

const levels: ReadonlyMap<string, DiagLogLevel> = new Map([
  ["none", DiagLogLevel.NONE],
  ["error", DiagLogLevel.ERROR],
  ["warn", DiagLogLevel.WARN],
  ["info", DiagLogLevel.INFO],
  ["debug", DiagLogLevel.DEBUG],
  ["verbose", DiagLogLevel.VERBOSE],
  ["all", DiagLogLevel.ALL],
]);

/** Only when asked: an agent with a terminal interface must not be written over. */
function setDiagLogger(env: Env): void {
  const level = levels.get(env["OTEL_LOG_LEVEL"]?.trim().toLowerCase() ?? "");
  if (level !== undefined) diag.setLogger(new DiagConsoleLogger(), level);
}

function nothing(): Telemetry {
  return {
    flush: async () => {},
    async shutdown() {
      running = undefined;
    },
    health,
  };
}
