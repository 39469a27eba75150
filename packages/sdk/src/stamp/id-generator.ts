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

/** A pool, in hex at once: asking the system's generator for 8 bytes at a time costs more than the span. */
class RandomIds implements IdGenerator {
  readonly #bytes = Buffer.allocUnsafe(4_096);
  #pool = "";
  #used = 0;

  generateTraceId(): string {
    return this.#take(32);
  }

  generateSpanId(): string {
    return this.#take(16);
  }

  #take(digits: number): string {
    for (;;) {
      if (this.#used + digits > this.#pool.length) {
        this.#pool = randomFillSync(this.#bytes).toString("hex");
        this.#used = 0;
      }
      const id = this.#pool.slice(this.#used, (this.#used += digits));
      // All zeros means "no id".
      if (id.charCodeAt(0) !== 0x30 || !id.startsWith("00000000") || !/^0+$/.test(id)) return id;
    }
  }
}
