import { setImmediate } from "node:timers/promises";

/** Longer than this nobody else is kept waiting while an answer is written. */
const sliceMs = 10;

/**
 * A JSON array of many items, written piece by piece: an answer may have millions of numbers, and the thread that writes it takes
 * in telemetry too.
 */
export async function jsonList<T>(items: Iterable<T>, write: (item: T) => string): Promise<string> {
  const parts: string[] = [];
  let since = performance.now();
  for (const item of items) {
    parts.push(write(item));
    if (performance.now() - since < sliceMs) continue;
    await setImmediate();
    since = performance.now();
  }
  return `[${parts.join(",")}]`;
}
