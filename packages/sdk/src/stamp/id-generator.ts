import { randomFillSync } from "node:crypto";

import { startingPlacement } from "../trace/placement.ts";

export interface IdGenerator {
  generateTraceId(): string;
  generateSpanId(): string;
}

/**
 * For hosts that can take an id generator: roots of sessions get their derived ids before the sampler is asked, so that a
 * ratio sampler decides on a session alike in every process. All other ids come from the host's own generator.
 */
export class SessionIdGenerator implements IdGenerator {
  readonly #others: IdGenerator;

  constructor(others: IdGenerator = new RandomIds()) {
    this.#others = others;
  }

  generateTraceId(): string {
    return startingPlacement()?.traceId ?? this.#others.generateTraceId();
  }

  generateSpanId(): string {
    return startingPlacement()?.spanId ?? this.#others.generateSpanId();
  }
}

/** A pool: asking the system's generator for 8 bytes at a time costs more than the span. */
class RandomIds implements IdGenerator {
  readonly #pool = Buffer.allocUnsafe(4_096);
  #used = this.#pool.length;

  generateTraceId(): string {
    return this.#take(16);
  }

  generateSpanId(): string {
    return this.#take(8);
  }

  #take(bytes: number): string {
    for (;;) {
      if (this.#used + bytes > this.#pool.length) {
        randomFillSync(this.#pool);
        this.#used = 0;
      }
      const id = this.#pool.toString("hex", this.#used, (this.#used += bytes));
      // All zeros means "no id".
      if (!/^0+$/.test(id)) return id;
    }
  }
}
