import type { DatabaseSync, StatementSync } from "node:sqlite";
import { constants, zstdCompressSync, type ZstdOptions } from "node:zlib";
import { ENTRY_HEADER, writeEntryHeader } from "../blocks/entry.ts";

/** Before compression. Larger blocks compress little better and make one session's look-up dearer. */
const BLOCK_BYTES = 65_536;

/** chunkSize spares zlib growing its output in steps of 16 KB: a fifth of the time. Asynchronous calls cost half as much again. */
export const ZSTD: ZstdOptions = {
  chunkSize: BLOCK_BYTES,
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
};

export interface Entry {
  readonly cluster: number;
  readonly seq: number;
  readonly origin: number;
  readonly isLog: boolean;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Packs the records of one commit into blocks: sorted by cluster, so that a session's records lie in few of them. */
export class BlockPacker {
  readonly #insertBlock: StatementSync;
  readonly #insertOwner: StatementSync;
  readonly #insertFresh: StatementSync;
  readonly #fresh: boolean;
  readonly #waiting = new Map<number, Entry[]>();
  #buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES * 2);
  #view = viewOf(this.#buffer);
  #filled = 0;
  #owners: number[] = [];

  /** `fresh` blocks are looked at by compaction once. */
  constructor(db: DatabaseSync, fresh: boolean) {
    this.#fresh = fresh;
    this.#insertFresh = db.prepare("insert into fresh_block (id, bytes) values (?, ?)");
    this.#insertBlock = db.prepare("insert into block (bytes, data) values (?, ?)");
    this.#insertOwner = db.prepare("insert into cluster_block (cluster, block) values (?, ?)");
  }

  add(entry: Entry): void {
    const entries = this.#waiting.get(entry.cluster);
    if (entries === undefined) this.#waiting.set(entry.cluster, [entry]);
    else entries.push(entry);
  }

  /** Writes what was added. Within a cluster entries were added in order of seq. */
  flush(): void {
    for (const cluster of [...this.#waiting.keys()].toSorted((one, other) => one - other)) {
      for (const entry of this.#waiting.get(cluster) ?? []) {
        this.#append(entry);
        if (this.#filled >= BLOCK_BYTES) this.#write();
      }
    }
    this.#write();
    this.#waiting.clear();
  }

  #append({ bytes, cluster, end, isLog, origin, seq, start }: Entry): void {
    const length = end - start;
    this.#reserve(ENTRY_HEADER + length);
    writeEntryHeader(this.#view, this.#filled, length, cluster, seq, origin, isLog);
    bytes.copy(this.#buffer, this.#filled + ENTRY_HEADER, start, end);
    this.#filled += ENTRY_HEADER + length;
    if (this.#owners.at(-1) !== cluster) this.#owners.push(cluster);
  }

  /** A record larger than a block makes one of its own. */
  #reserve(bytes: number): void {
    const needed = this.#filled + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(needed);
    this.#buffer.copy(larger, 0, 0, this.#filled);
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }

  #write(): void {
    if (this.#filled === 0) return;
    const data = zstdCompressSync(this.#buffer.subarray(0, this.#filled), ZSTD);
    const block = this.#insertBlock.run(this.#filled, data).lastInsertRowid;
    for (const cluster of this.#owners) this.#insertOwner.run(cluster, block);
    if (this.#fresh) this.#insertFresh.run(block, this.#filled);
    this.#filled = 0;
    this.#owners = [];
    if (this.#buffer.length <= BLOCK_BYTES * 4) return;
    this.#buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES * 2);
    this.#view = viewOf(this.#buffer);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
