import * as api from "@opentelemetry/api";

/**
 * api-logs, the package in which the logs API stood before @opentelemetry/api 1.10, keeps its provider behind this symbol,
 * as a function of the version it is compatible with.
 */
const separateApi = Symbol.for("io.opentelemetry.js.api.logs");
const separateVersion = 1;

/**
 * For hosts that have set up logs themselves: bridges of loggers emit through one of two logs APIs, depending on their age,
 * and a provider that is set on one hears nothing of the other. Sets the host's provider on both. (`start()` does so.)
 */
export function joinLogsApis(): void {
  if (!("logs" in api)) return;
  const current: unknown = api.logs.getLoggerProvider();
  const separate: unknown = Reflect.get(globalThis, separateApi);
  // Until the host sets one, the API hands out a proxy that leads nowhere.
  const set = isProvider(current) && !("_setDelegate" in current);
  if (set && separate === undefined) {
    Reflect.set(globalThis, separateApi, (version: number) =>
      version === separateVersion ? current : undefined,
    );
  } else if (!set && typeof separate === "function") {
    const known: unknown = separate(separateVersion);
    if (isProvider(known)) api.logs.setGlobalLoggerProvider(known);
  }
}

function isProvider(value: unknown): value is api.LoggerProvider {
  return typeof value === "object" && value !== null && "getLogger" in value;
}
