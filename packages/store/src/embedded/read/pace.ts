import { setImmediate } from "node:timers/promises";

/** Longer than this no question keeps a reader to itself: short ones get their turn in between. */
const SLICE_MS = 10;

export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** How long a question has been at work, and whether anybody still wants the answer. */
export class Pace {
  readonly #signal: AbortSignal;
  readonly #until: number;
  #resting = performance.now() + SLICE_MS;

  constructor(signal: AbortSignal, budgetMs: number) {
    this.#signal = signal;
    this.#until = performance.now() + budgetMs;
  }

  /** Whether the time for this question is used up: answer with what there is. */
  get spent(): boolean {
    return performance.now() >= this.#until;
  }

  /** Whether it is time to {@link rest}. For loops whose steps cost little more than a promise. */
  get isDue(): boolean {
    return performance.now() >= this.#resting;
  }

  /** To be called between steps of a few milliseconds at most, with no statement open. */
  async rest(): Promise<void> {
    if (!this.isDue) return;
    await setImmediate();
    if (this.#signal.aborted) throw new Cancelled();
    this.#resting = performance.now() + SLICE_MS;
  }
}
