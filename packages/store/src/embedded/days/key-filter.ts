import type { DatabaseSync } from "node:sqlite";

const BITS_PER_KEY = 10;
const HASHES = 7;

/**
 * Which sessions and traces a closed day may know: a Bloom filter, wrong in one of a hundred cases and then only towards yes.
 * Without it every new session and trace would be looked for in every older file: 7 days of them cost as much as storing it.
 */
export class KeyFilter {
  readonly bits: Uint8Array;

  constructor(bits: Uint8Array) {
    this.bits = bits;
  }

  static for(keys: number): KeyFilter {
    return new KeyFilter(new Uint8Array(Math.ceil((Math.max(keys, 64) * BITS_PER_KEY) / 8)));
  }

  add(key: string): void {
    const size = this.bits.length * 8;
    const [first, step] = hashesOf(key);
    for (let i = 0; i < HASHES; i++) {
      const bit = (first + i * step) % size;
      this.bits[bit >>> 3]! |= 1 << (bit & 7);
    }
  }

  has(key: string): boolean {
    const size = this.bits.length * 8;
    const [first, step] = hashesOf(key);
    for (let i = 0; i < HASHES; i++) {
      const bit = (first + i * step) % size;
      if ((this.bits[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}

/** Two FNV-1a hashes in one pass; equal on every machine, because the filter is stored. */
function hashesOf(key: string): readonly [first: number, step: number] {
  let first = 0x811c_9dc5;
  let step = 0xcbf2_9ce4;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x0100_0193);
    step = Math.imul(step ^ unit, 0x0100_01b3);
  }
  return [first >>> 0, (step ^ (step >>> 15)) >>> 0 || 1];
}

/** Counts and keeps the keys of a day that will not change any more. */
export function sealDay(db: DatabaseSync): void {
  const count = db
    .prepare(
      "select (select count(*) from session where sid is not null) + (select count(*) from alias) + (select count(*) from trace) as keys",
    )
    .get();
  const filter = KeyFilter.for(Number(count?.["keys"] ?? 0));
  for (const { sid } of db.prepare("select sid from session where sid is not null").iterate())
    filter.add(String(sid));
  for (const { id } of db.prepare("select id from alias").iterate()) filter.add(String(id));
  for (const { trace_id: id } of db.prepare("select trace_id from trace").iterate())
    if (id instanceof Uint8Array) filter.add(Buffer.from(id).toString("latin1"));
  db.prepare("insert or replace into meta (key, value) values ('filter', ?)").run(filter.bits);
}

/** Undefined for a day that was not sealed: its writer did not live to see the next. */
export function filterOf(db: DatabaseSync): KeyFilter | undefined {
  const bits = db.prepare("select value from meta where key = 'filter'").get()?.["value"];
  return bits instanceof Uint8Array ? new KeyFilter(bits) : undefined;
}
