import {
  context,
  logs,
  propagation,
  trace,
  type ContextManager,
  type LoggerProvider,
  type TextMapPropagator,
  type TracerProvider,
} from "@opentelemetry/api";

export interface Globals {
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  readonly tracers: TracerProvider;
  readonly loggers: LoggerProvider;
}

/**
 * The logs API stood in a package of its own, api-logs, before it came into @opentelemetry/api 1.10; bridges for pino and
 * winston may still emit there. The two don't share their global, so ours is set in both. The old one keeps a function of
 * the version it is compatible with behind a registered symbol, which works whether a copy of it is loaded yet or never.
 */
const separateLogs = Symbol.for("io.opentelemetry.js.api.logs");
const separateLogsVersion = 1;

/** False, and nothing is changed, when a host has set up OpenTelemetry before. */
export function register({ contextManager, propagator, tracers, loggers }: Globals): boolean {
  if (!trace.setGlobalTracerProvider(tracers)) return false;
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(propagator);
  logs.setGlobalLoggerProvider(loggers);
  if (Reflect.get(globalThis, separateLogs) === undefined) {
    const getter = (version: number): LoggerProvider | undefined =>
      version === separateLogsVersion ? loggers : undefined;
    Reflect.set(globalThis, separateLogs, getter);
  }
  return true;
}

export function unregister(): void {
  trace.disable();
  context.disable();
  propagation.disable();
  logs.disable();
  Reflect.deleteProperty(globalThis, separateLogs);
}
