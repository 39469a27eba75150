import type { DatabaseSync } from "node:sqlite";
import { zstdDecompressSync } from "node:zlib";
import { entriesOf } from "../blocks/entry.ts";
import { BlockPacker } from "./blocks.ts";

/** Blocks rewritten together, before compression. Sorted as one, a session's records in them lie side by side. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const WINDOW_BLOCKS = 4_000;
/** Smaller ones compress badly and cost a read each. */
const SMALL_BYTES = 64 * 1024;
/** In how many blocks of a window a session lies on average, for rewriting to be worth it. */
const SPREAD = 2;

/**
 * Looks once at each block: rewrites the oldest that were not looked at yet, a window of them, if they are small or sessions are
 * spread over them. One transaction: readers see the blocks before or after it. Whether there may be more.
 */
export function compact(db: DatabaseSync, upTo: number): boolean {
  const window = windowOf(db, upTo);
  if (window.length === 0) return false;
  const places = new Places(db, window);
  db.exec("begin immediate");
  try {
    if (places.worthMoving()) places.move(new BlockPacker(db, false));
    const looked = db.prepare("delete from fresh_block where id = ?");
    for (const block of window) looked.run(block);
    db.exec("commit");
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
  return true;
}

function windowOf(db: DatabaseSync, upTo: number): number[] {
  const rows = db.prepare("select id, bytes from fresh_block where id <= ? order by id limit ?");
  const window: number[] = [];
  let bytes = 0;
  for (const row of rows.all(upTo, WINDOW_BLOCKS)) {
    bytes += Number(row["bytes"]);
    if (bytes > WINDOW_BYTES && window.length > 0) break;
    window.push(Number(row["id"]));
  }
  return window;
}

interface Entry {
  readonly cluster: number;
  readonly seq: number;
  readonly origin: number;
  readonly isLog: boolean;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What lies where in a window of blocks. */
class Places {
  readonly #db: DatabaseSync;
  readonly #blocks: readonly number[];
  readonly #entries: Entry[] = [];
  readonly #owners = new Map<number, Set<number>>();
  #bytes = 0;

  constructor(db: DatabaseSync, blocks: readonly number[]) {
    this.#db = db;
    this.#blocks = blocks;
    const find = db.prepare("select bytes, data from block where id = ?");
    for (const block of blocks) {
      const row = find.get(block);
      const data = row?.["data"];
      if (!(data instanceof Uint8Array)) throw new Error(`block ${block} is missing`);
      this.#add(
        block,
        zstdDecompressSync(data, { chunkSize: Math.max(Number(row?.["bytes"]), 64) }),
      );
    }
  }

  worthMoving(): boolean {
    if (this.#blocks.length < 2) return false;
    if (this.#bytes / this.#blocks.length < SMALL_BYTES) return true;
    let places = 0;
    for (const blocks of this.#owners.values()) places += blocks.size;
    return places >= SPREAD * this.#owners.size;
  }

  move(packer: BlockPacker): void {
    const removeOwner = this.#db.prepare(
      "delete from cluster_block where cluster = ? and block = ?",
    );
    const removeBlock = this.#db.prepare("delete from block where id = ?");
    for (const [cluster, blocks] of this.#owners)
      for (const block of blocks) removeOwner.run(cluster, block);
    // Records come in the order of their blocks and so of their seq, but blocks of an earlier move need not.
    this.#entries.sort((one, other) => one.cluster - other.cluster || one.seq - other.seq);
    for (const { bytes, cluster, end, isLog, origin, seq, start } of this.#entries)
      packer.put(bytes, start, end, cluster, seq, origin, isLog);
    packer.flush();
    // Only now: ids of new blocks must be larger than those of the old, so that a reader in between meets them.
    for (const block of this.#blocks) removeBlock.run(block);
  }

  #add(block: number, bytes: Buffer): void {
    this.#bytes += bytes.byteLength;
    for (const { cluster, end, kind, origin, seq, start } of entriesOf(bytes)) {
      this.#entries.push({ cluster, seq, origin, isLog: kind === "log", bytes, start, end });
      const blocks = this.#owners.get(cluster);
      if (blocks === undefined) this.#owners.set(cluster, new Set([block]));
      else blocks.add(block);
    }
  }
}
