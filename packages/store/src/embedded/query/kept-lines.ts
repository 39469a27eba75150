import type { LogqlLine, LogqlLogsPlan } from "@throughline/query/logql";

/** A line that was found, and where its record stands in the order of arrival. */
export interface Kept {
  readonly line: LogqlLine;
  readonly day: string;
  readonly cluster: number;
  readonly seq: number;
}

/** 5,000 lines of 256 KB would be more than a server has: the answer is cut where it would hold more text than this. */
const MOST_TEXT = 64 * 1024 * 1024;
const OVERHEAD = 512;

/** The newest lines of all that it is shown, or the oldest: a heap with the one that has to go next on top. */
export class KeptLines {
  /** Said once text had to be left out. */
  cut: string | undefined;
  readonly #limit: number;
  readonly #sign: 1 | -1;
  readonly #heap: Kept[] = [];
  #text = 0;

  constructor(limit: number, direction: LogqlLogsPlan["direction"]) {
    this.#limit = limit;
    this.#sign = direction === "backward" ? 1 : -1;
  }

  /** Whether a line of this time could still be among them. */
  wants(timeNs: bigint): boolean {
    const worst = this.#heap[0]?.line.timeNs;
    if (!this.#full || worst === undefined) return true;
    return this.#sign === 1 ? timeNs >= worst : timeNs <= worst;
  }

  /** The same for whole microseconds, as a bound of what is not looked at yet. */
  wantsMicros(micros: number): boolean {
    const worst = this.#heap[0]?.line.timeNs;
    if (!this.#full || worst === undefined) return true;
    const edge = Number(worst / 1000n);
    return this.#sign === 1 ? micros >= edge : micros <= edge;
  }

  add(kept: Kept): void {
    const heap = this.#heap;
    const worst = heap[0];
    if (this.#full && worst !== undefined) {
      if (this.#before(worst, kept)) return;
      this.#text += sizeOf(kept) - sizeOf(worst);
      heap[0] = kept;
      this.#down();
    } else {
      this.#text += sizeOf(kept);
      heap.push(kept);
      this.#up(heap.length - 1);
    }
    while (this.#text > MOST_TEXT && heap.length > 1) {
      this.cut = "The answer would be larger than 64 MB; ask for fewer lines or a narrower window.";
      this.#removeWorst();
    }
  }

  sorted(): LogqlLine[] {
    return this.#heap
      .toSorted((one, other) => (this.#before(one, other) ? -1 : 1))
      .map(({ line }) => line);
  }

  get #full(): boolean {
    return this.#heap.length >= this.#limit || this.cut !== undefined;
  }

  /** Whether one stands before the other in the answer. */
  #before(one: Kept, other: Kept): boolean {
    const order =
      compare(one.line.timeNs, other.line.timeNs) ||
      compare(one.day, other.day) ||
      one.cluster - other.cluster ||
      one.seq - other.seq;
    return order * this.#sign > 0;
  }

  #removeWorst(): void {
    const heap = this.#heap;
    const [worst] = heap;
    const last = heap.pop();
    if (worst === undefined || last === undefined) return;
    this.#text -= sizeOf(worst);
    if (heap.length > 0) {
      heap[0] = last;
      this.#down();
    }
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const above = (at - 1) >>> 1;
      if (!this.#swapIfWorse(at, above)) return;
      at = above;
    }
  }

  #down(): void {
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      const [one, other] = [this.#heap[left], this.#heap[left + 1]];
      if (one === undefined) return;
      const worse = other !== undefined && this.#before(one, other) ? left + 1 : left;
      if (!this.#swapIfWorse(worse, at)) return;
      at = worse;
    }
  }

  #swapIfWorse(below: number, above: number): boolean {
    const [one, other] = [this.#heap[below], this.#heap[above]];
    if (one === undefined || other === undefined || !this.#before(other, one)) return false;
    this.#heap[below] = other;
    this.#heap[above] = one;
    return true;
  }
}

function sizeOf({ line: { line, metadata, parsed } }: Kept): number {
  let size = OVERHEAD + line.length;
  for (const labels of [metadata, parsed])
    for (const value of labels.values()) size += value.length;
  return size;
}

function compare<T extends string | bigint>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
