/** Errors whose exception some span already tells, so that a throw through five steps is recorded where it happened. */
const told = new WeakSet<object>();

/** True the first time, and for values that have no identity (a thrown string). */
export function firstTelling(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return true;
  if (told.has(error)) return false;
  told.add(error);
  return true;
}

const lowCardinality = /^[A-Za-z_][A-Za-z0-9_.]{0,79}$/;

/**
 * `error.type`: the most telling name that can't be different each time. Many libraries leave `name` at "Error" and say it
 * with the class; Node says it with the code.
 */
export function errorType(error: unknown): string {
  if (typeof error !== "object" || error === null) return "_OTHER";
  const candidates = [
    property(error, "name"),
    property(property(error, "constructor"), "name"),
    property(error, "code"),
  ];
  for (const candidate of candidates) {
    if (typeof candidate !== "string" || candidate === "Error" || candidate === "Object") continue;
    if (lowCardinality.test(candidate)) return candidate;
  }
  return error instanceof Error ? "Error" : "_OTHER";
}

const maxMessage = 1_024;

export function errorMessage(error: unknown): string {
  const message = typeof error === "string" ? error : property(error, "message");
  if (typeof message !== "string") return "";
  if (message.length <= maxMessage) return message;
  return `${message.slice(0, maxMessage).toWellFormed()}… (${message.length} characters)`;
}

/** An error as semantic conventions tell it, on spans and log records alike. */
export function exceptionAttributes(error: unknown): { readonly [key: string]: string } {
  const stack = property(error, "stack");
  return {
    "exception.type": errorType(error),
    "exception.message": errorMessage(error),
    ...(typeof stack === "string" && { "exception.stacktrace": stack }),
  };
}

/** An abort travels as an error, but nothing failed. */
export function isCancellation(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true && error === signal.reason) return true;
  return property(error, "name") === "AbortError";
}

/** Getters of foreign errors may throw; telemetry never does. */
function property(value: unknown, name: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}
