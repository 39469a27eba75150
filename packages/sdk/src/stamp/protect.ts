import { count } from "../health.ts";
import { sessionOfSpan } from "../identity.ts";
import { sessionKey } from "../settings.ts";

interface Exported {
  readonly attributes: { readonly [key: string]: unknown };
}

/**
 * The last check for exporters that are not ours, of spans or of log records. A processor behind `SessionSpanProcessor` may
 * overwrite an id while a span is ending, and nobody can be behind the last one; so the check sits before the exporter.
 */
export function protect<E extends { export(...args: never[]): void }>(exporter: E): E {
  return new Proxy(exporter, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key !== "export") return value.bind(target);
      return (records: readonly Exported[], ...done: unknown[]): unknown =>
        Reflect.apply(value, target, [records.map(restored), ...done]);
    },
  });
}

function restored(record: Exported): Exported {
  const sessionId = sessionOfSpan(record);
  const key = sessionKey(
    "spanContext" in record && typeof record.spanContext === "function" ? "span" : "log",
  );
  if (sessionId === undefined || record.attributes[key] === sessionId) return record;
  count("restoredIds");
  // The record itself is read-only by now; everything but its attributes is still its own.
  return Object.create(record, {
    attributes: { value: { ...record.attributes, [key]: sessionId }, enumerable: true },
  }) as Exported;
}
