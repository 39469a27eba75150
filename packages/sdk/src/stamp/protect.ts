import { count } from "../health.ts";
import { sessionOfSpan } from "../identity.ts";
import { sessionKey } from "../settings.ts";

interface Exporter<R> {
  export(records: R[], done: (result: never) => void): void;
}

interface Exported {
  readonly attributes: { readonly [key: string]: unknown };
}

/**
 * The last check for exporters that are not ours. A processor behind `SessionSpanProcessor` may overwrite an id while a
 * span is ending, and nobody can be behind the last one; so the check sits in front of the exporter.
 */
export function protect<R extends Exported, E extends Exporter<R>>(exporter: E & Exporter<R>): E {
  return new Proxy(exporter, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === "export") {
        return (records: R[], done: (result: never) => void) =>
          target.export(records.map(restored), done);
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function restored<R extends Exported>(record: R): R {
  const sessionId = sessionOfSpan(record);
  const key = sessionKey(
    "spanContext" in record && typeof record.spanContext === "function" ? "span" : "log",
  );
  if (sessionId === undefined || record.attributes[key] === sessionId) return record;
  count("restoredIds");
  // The record itself is read-only by now; everything but its attributes is still its own.
  return Object.create(record, {
    attributes: { value: { ...record.attributes, [key]: sessionId }, enumerable: true },
  }) as R;
}
