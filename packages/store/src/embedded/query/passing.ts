import type { DayFile } from "../read/day-file.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";
import type { Narrowing } from "./narrowing.ts";

/** Rows of one statement. */
const CHUNK = 10_000;

/**
 * Which records of a cluster pass, from their narrow rows: those listed, or all but those listed up to the last one there was when
 * it was asked. A bit for each that was taken: compaction may move a record behind our back, and it comes again in its new block.
 */
export class Passing {
  readonly #others: boolean;
  readonly #ask: (from: number) => readonly (readonly unknown[])[];
  readonly #first: number;
  #last: number;
  #seqs = new Uint32Array(16);
  #count = 0;
  #taken = new Uint8Array(0);
  #isRead = false;

  /** Times in whole microseconds. */
  constructor(file: DayFile, cluster: number, narrowing: Narrowing, from: number, to: number) {
    const condition = narrowing.rows(file, cluster);
    const isSpan = narrowing.kind === "span";
    const [table, time] = isSpan ? (["span", "start"] as const) : (["log", "time"] as const);
    // Without a condition of its own nearly all pass, so that the exceptions are the shorter list.
    this.#others = condition === null;
    this.#first = cluster * CLUSTER_SPAN;
    // First of all: what comes in from now on is no exception, and not asked for.
    this.#last = lastSeq(file, table, this.#first);
    const where =
      condition === null
        ? `(${time} < ? or ${time} > ? or flags & ${RECORD_FLAGS.again} != 0)`
        : `${time} >= ? and ${time} <= ? and flags & ${RECORD_FLAGS.again} = 0 and (${condition.where})`;
    const select = `select id from ${table} where id >= ? and id <= ? and ${where} order by id limit ?`;
    const values = condition?.values ?? [];
    this.#ask = (seq) =>
      file.lists(select, this.#first + seq, this.#first + this.#last, from, to, ...values, CHUNK);
  }

  get isEmpty(): boolean {
    this.#read();
    return this.#last < 0 || (!this.#others && this.#count === 0);
  }

  /** Reads on; done when all rows are read. */
  next(): { readonly done: boolean } {
    if (this.#isRead) return { done: true };
    const rows = this.#last < 0 ? [] : this.#ask((this.#seqs[this.#count - 1] ?? -1) + 1);
    for (const [id] of rows) this.#add(Number(id) - this.#first);
    this.#isRead = rows.length < CHUNK;
    if (this.#isRead && !this.#others) this.#last = this.#seqs[this.#count - 1] ?? -1;
    return { done: this.#isRead };
  }

  /** Whether it passes and was not taken yet; from now on it was. */
  takes(seq: number): boolean {
    this.#read();
    if (seq > this.#last || this.#isListed(seq) === this.#others) return false;
    if (this.#taken.length === 0) this.#taken = new Uint8Array((this.#last >>> 3) + 1);
    const bit = 1 << (seq & 7);
    const byte = this.#taken[seq >>> 3] ?? 0;
    this.#taken[seq >>> 3] = byte | bit;
    return (byte & bit) === 0;
  }

  #read(): void {
    while (!this.next().done);
  }

  #add(seq: number): void {
    if (this.#count === this.#seqs.length) {
      const larger = new Uint32Array(this.#count * 4);
      larger.set(this.#seqs);
      this.#seqs = larger;
    }
    this.#seqs[this.#count++] = seq;
  }

  #isListed(seq: number): boolean {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#seqs[low] === seq;
  }
}

function lastSeq(file: DayFile, table: "span" | "log", first: number): number {
  const row = file.get(
    `select max(id) as id from ${table} where id >= ? and id < ?`,
    first,
    first + CLUSTER_SPAN,
  );
  return typeof row?.["id"] === "number" ? row["id"] - first : -1;
}
