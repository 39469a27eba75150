/** Milliseconds beyond every time that a record can have. */
export const FOREVER = 1e18;

/** A record found by a search: where it is, and when it began. */
export interface Hit {
  readonly micros: number;
  readonly day: string;
  readonly id: number;
}

/** Newest first; of those of one microsecond the one that came in last. */
export function newestFirst(one: Hit, other: Hit): number {
  if (one.micros !== other.micros) return other.micros - one.micros;
  if (one.day !== other.day) return one.day < other.day ? 1 : -1;
  return other.id - one.id;
}

/** Keeps the newest of all hits it is shown: a heap with the oldest of them on top. */
export class NewestHits<T extends Hit> {
  readonly #limit: number;
  readonly #heap: T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#heap.length >= this.#limit;
  }

  /** Whether a record of this time could still be among the newest. */
  wants(micros: number): boolean {
    const oldest = this.#heap[0];
    return !this.full || oldest === undefined || micros >= oldest.micros;
  }

  add(hit: T): void {
    const heap = this.#heap;
    const oldest = heap[0];
    if (!this.full) {
      heap.push(hit);
      this.#up(heap.length - 1);
    } else if (oldest !== undefined && newestFirst(hit, oldest) < 0) {
      heap[0] = hit;
      this.#down();
    }
  }

  sorted(): T[] {
    return this.#heap.toSorted(newestFirst);
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const above = (at - 1) >>> 1;
      if (!this.#swapIfOlder(at, above)) return;
      at = above;
    }
  }

  #down(): void {
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      const right = left + 1;
      const [one, other] = [this.#heap[left], this.#heap[right]];
      if (one === undefined) return;
      const older = other !== undefined && newestFirst(other, one) > 0 ? right : left;
      if (!this.#swapIfOlder(older, at)) return;
      at = older;
    }
  }

  /** Swaps if what is below is older than what is above. */
  #swapIfOlder(below: number, above: number): boolean {
    const [one, other] = [this.#heap[below], this.#heap[above]];
    if (one === undefined || other === undefined || newestFirst(one, other) <= 0) return false;
    this.#heap[below] = other;
    this.#heap[above] = one;
    return true;
  }
}
