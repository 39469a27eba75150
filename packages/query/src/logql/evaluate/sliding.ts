import type { Cell } from "./cells.ts";

interface Stretch {
  readonly number: number;
  readonly cell: Cell;
}

/**
 * The sum of the cells inside a window that moves forward, in two merges a step however wide the window is. Cells can't be
 * taken out of a sum, so the older ones are kept as sums from each of them to the middle, the newer ones as one sum.
 */
export class SlidingSum {
  readonly #makeCell: () => Cell;
  /** The oldest last; each holds the sum of itself and all newer ones in this list. */
  readonly #older: Stretch[] = [];
  #newer: Stretch[] = [];
  #sum: Cell;

  constructor(makeCell: () => Cell) {
    this.#makeCell = makeCell;
    this.#sum = makeCell();
  }

  push(stretch: Stretch): void {
    this.#newer.push(stretch);
    this.#sum.merge(stretch.cell);
  }

  /** Forgets all up to this number. */
  forget(upTo: number): void {
    for (;;) {
      if (this.#older.length === 0) this.#turnOver();
      const oldest = this.#older.at(-1);
      if (oldest === undefined || oldest.number > upTo) return;
      this.#older.pop();
    }
  }

  #turnOver(): void {
    let sum = this.#makeCell();
    for (const { cell, number } of this.#newer.toReversed()) {
      const longer = this.#makeCell();
      longer.merge(cell);
      longer.merge(sum);
      this.#older.push({ number, cell: longer });
      sum = longer;
    }
    this.#newer = [];
    this.#sum = this.#makeCell();
  }

  /** Undefined while the window is empty. */
  total(): number | undefined {
    const oldest = this.#older.at(-1);
    if (oldest === undefined && this.#newer.length === 0) return undefined;
    const total = this.#makeCell();
    if (oldest !== undefined) total.merge(oldest.cell);
    total.merge(this.#sum);
    return total.value();
  }
}
