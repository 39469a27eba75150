import type { JsonValue } from "@throughline/core/session";

/** Any value as text: strings as they are, the rest as JSON, as far as it can be written. */
export function written(value: JsonValue, space?: number): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, undefined, space);
  } catch {
    return "(nested too deeply to be written)";
  }
}
