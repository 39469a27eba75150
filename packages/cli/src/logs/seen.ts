import { hash } from "node:crypto";

import { keyOf, type LogLine } from "./log-line.ts";

/**
 * Which lines were shown. Lines have no id in Loki, so they are told apart by all they say; of several that say the same,
 * each counts.
 */
export class Seen {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  /** Those of a whole reading that were not shown before; afterwards they were. */
  unseenIn(reading: readonly LogLine[]): LogLine[] {
    const met = new Map<string, number>();
    return reading.filter((line) => {
      const key = digest(line);
      const nth = (met.get(key) ?? 0) + 1;
      met.set(key, nth);
      if (nth <= (this.#counts.get(key) ?? 0)) return false;
      this.#counts.set(key, nth);
      return true;
    });
  }

  /** A line that is new for certain. */
  add(line: LogLine): void {
    const key = digest(line);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

/** How long a line may be on its way in the tail after a reading had it. */
const underWayMs = 10_000;

/** Lines that a reading had, and that the tail which was open meanwhile may tell again. */
export class Repeats {
  readonly #until = Date.now() + underWayMs;
  readonly #counts = new Map<string, number>();

  constructor(reading: readonly LogLine[]) {
    for (const line of reading) {
      const key = digest(line);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  has(line: LogLine): boolean {
    if (this.#counts.size === 0) return false;
    if (Date.now() > this.#until) {
      this.#counts.clear();
      return false;
    }
    const key = digest(line);
    const left = this.#counts.get(key) ?? 0;
    if (left > 0) this.#counts.set(key, left - 1);
    return left > 0;
  }
}

/** Lines may be long, and there may be many. */
function digest(line: LogLine): string {
  return hash("sha1", keyOf(line), "base64");
}
