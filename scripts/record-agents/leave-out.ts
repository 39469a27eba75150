import type { Signal } from "./recorder.ts";
import type { Json } from "./scrub.ts";

/**
 * Keeps fixtures small enough to live in a repository. Spans and log records are all kept, with their ids, names, times and
 * every attribute that says something about the session; only Codex, with a thousand spans a prompt, needs any of this.
 */
export const budget: Readonly<Record<Signal, number>> = {
  traces: 800_000,
  logs: 400_000,
  metrics: 100_000,
};

/** Bookkeeping of Rust's tracing library on each of a thousand spans. `thread.id` stays: it is a trap worth having. */
const bookkeeping: ReadonlySet<string> = new Set([
  "busy_ns",
  "code.file.path",
  "code.line.number",
  "code.module.name",
  "idle_ns",
  "target",
  "thread.name",
]);

/** Fields that OTLP/JSON may leave away when they are empty, and most exporters do. */
const optional: ReadonlySet<string> = new Set([
  "attributes",
  "droppedAttributesCount",
  "droppedEventsCount",
  "droppedLinksCount",
  "entityRefs",
  "events",
  "links",
  "message",
  "parentSpanId",
  "traceState",
]);

export function withoutBookkeeping(value: Json): Json {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !(isMap(item) && typeof item.key === "string" && bookkeeping.has(item.key)))
      .map(withoutBookkeeping);
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(optional.has(key) && isEmpty(item)))
      .map(([key, item]) => [key, withoutBookkeeping(item)]),
  );
}

function isEmpty(value: Json): boolean {
  return value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

/** One data point a metric. */
export function firstPoints(value: Json): Json {
  if (Array.isArray(value)) return value.map(firstPoints);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "dataPoints" && Array.isArray(item)
        ? item.slice(0, 1)
        : key === "exemplars"
          ? []
          : firstPoints(item),
    ]),
  );
}

function isMap(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
