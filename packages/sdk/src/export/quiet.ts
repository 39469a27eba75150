import { context, createContextKey, ROOT_CONTEXT, type Context } from "@opentelemetry/api";

/**
 * The key under which @opentelemetry/core marks a context as "trace nothing in here". Keys are registered symbols, so the
 * same description is the same key in every copy and line of core, and no import of core is needed.
 */
const suppressTracing = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
const quiet = ROOT_CONTEXT.setValue(suppressTracing, true);

/**
 * Runs what delivery does for itself: its own requests are never traced (a host's HTTP instrumentation would trace the
 * export of its own spans), and its timers and sockets keep no session alive.
 */
export function quietly<T>(run: () => T): T {
  return context.with(quiet, run);
}

/** Whether this is delivery at work, ours or that of an exporter of the host's. */
export function isQuiet(where: Context = context.active()): boolean {
  return where.getValue(suppressTracing) === true;
}
