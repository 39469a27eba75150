import * as api from "@opentelemetry/api";

/**
 * Notices that the host's OpenTelemetry is out of reach: two copies of @opentelemetry/api find each other only if the one
 * that asks is not newer than the one that registered (both of major version 1). Otherwise nothing fails and nothing is
 * recorded, and even the API's own diagnostics are those of the other copy. So this goes out as a warning of the process.
 */
const registry = Symbol.for("opentelemetry.js.api.1");

interface Registered {
  readonly version?: string;
  readonly trace?: unknown;
  readonly logs?: unknown;
}

let said = false;

export function noticeOtherApi(): void {
  if (said) return;
  const registered = Reflect.get(globalThis, registry) as Registered | undefined;
  if (registered === undefined) return;
  const { trace, logs, version } = registered;
  const tracesLost = trace !== undefined && trace !== api.trace.getTracerProvider();
  const logsLost = logs !== undefined && "logs" in api && logs !== api.logs.getLoggerProvider();
  if (!tracesLost && !logsLost) return;
  said = true;
  process.emitWarning(
    `OpenTelemetry was set up through @opentelemetry/api ${version}, which the copy that @throughline/sdk imports can't ` +
      "reach: nothing of its sessions is recorded. Install one version for both (`npm ls @opentelemetry/api` shows them).",
    { code: "THROUGHLINE_API_COPIES" },
  );
}
