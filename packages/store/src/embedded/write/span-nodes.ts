/** A node is so many numbers in a row. */
const STRIDE = 7;
const LOW = 0;
const HIGH = 1;
const PARENT = 2;
const CHILD = 3;
const SIBLING = 4;
const FLAGS = 5;
const START = 6;

/**
 * Spans by their ids, with what hangs below what. Rows of numbers instead of objects: a trace of 25 spans takes 1.2 KB.
 *
 * A node is a number, and 0 is none: fresh rows are zero and so point nowhere. A span's parent has a node before it arrives.
 */
export class SpanNodes {
  #size = 1;
  #rows = new Int32Array(32 * STRIDE);
  /** Hash slots, at least twice as many as rows. */
  #slots = new Int32Array(64);

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#rows.byteLength + this.#slots.byteLength;
  }

  find(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(low, high) & mask; ; slot = (slot + 1) & mask) {
      const node = this.#slots[slot]!;
      if (node === 0 || this.is(node, low, high)) return node;
    }
  }

  /** The node of a span id, made if need be. */
  at(low: number, high: number): number {
    const known = this.find(low, high);
    if (known > 0) return known;
    if ((this.#size + 1) * STRIDE > this.#rows.length) this.#grow();
    const node = this.#size++;
    this.#rows[node * STRIDE + LOW] = low;
    this.#rows[node * STRIDE + HIGH] = high;
    this.#place(node);
    return node;
  }

  /** Whether a node has this id; no node has the one of nulls. */
  is(node: number, low: number, high: number): boolean {
    const row = node * STRIDE;
    return this.#rows[row + LOW] === low && this.#rows[row + HIGH] === high;
  }

  flags(node: number): number {
    return this.#rows[node * STRIDE + FLAGS]!;
  }

  has(node: number, flag: number): boolean {
    return (this.#rows[node * STRIDE + FLAGS]! & flag) !== 0;
  }

  set(node: number, flag: number): void {
    this.#rows[node * STRIDE + FLAGS]! |= flag;
  }

  parent(node: number): number {
    return this.#rows[node * STRIDE + PARENT]!;
  }

  /** Hangs a node below another. Once for each node, so that lists of siblings end even where parents go in circles. */
  hang(node: number, parent: number): void {
    const row = node * STRIDE;
    this.#rows[row + PARENT] = parent;
    this.#rows[row + SIBLING] = this.#rows[parent * STRIDE + CHILD]!;
    this.#rows[parent * STRIDE + CHILD] = node;
  }

  setStart(node: number, micros: number): void {
    this.#rows[node * STRIDE + START] = lowBits(micros);
  }

  startsAt(node: number, micros: number): boolean {
    return this.#rows[node * STRIDE + START] === lowBits(micros);
  }

  /** Walks down as far as `goOn` says. Not by recursion: traces of 10,000 levels are real. */
  below(node: number, goOn: (child: number) => boolean): void {
    const first = this.#rows[node * STRIDE + CHILD]!;
    if (first === 0) return;
    const waiting = [first];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      for (let child = next; child > 0; child = this.#rows[child * STRIDE + SIBLING]!) {
        const below = goOn(child) ? this.#rows[child * STRIDE + CHILD]! : 0;
        if (below > 0) waiting.push(below);
      }
  }

  #place(node: number): void {
    const mask = this.#slots.length - 1;
    const row = node * STRIDE;
    let slot = hashOf(this.#rows[row + LOW]!, this.#rows[row + HIGH]!) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node;
  }

  #grow(): void {
    const rows = new Int32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let node = 1; node < this.#size; node++) this.#place(node);
  }
}

/** Enough of a time to tell two deliveries of one span from two spans of one id. */
function lowBits(micros: number): number {
  return (micros % 0x8000_0000) | 0;
}

// Ids come from strangers: without a secret they could choose ones that all share a slot.
const SEED = (Math.random() * 0x1_0000_0000) | 0;

function hashOf(low: number, high: number): number {
  let hash = Math.imul(low ^ SEED, 0x9e37_79b1);
  hash = Math.imul(hash ^ high ^ (hash >>> 15), 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}
