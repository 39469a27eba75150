import type { DatabaseSync, StatementSync } from "node:sqlite";
import { constants, zstdCompressSync, type ZstdOptions } from "node:zlib";
import { ENTRY_HEADER, writeEntryHeader } from "../blocks/entry.ts";

/**
 * Before compression. Blocks of 64 KB cost the writer 4 % more CPU and 3 % more disk; of a session's look-up they save 0.08 ms
 * a block.
 */
const BLOCK_BYTES = 131_072;

/** Compaction ends a block with a session from here on: who opens one should decompress little of others. */
const ENDS_WITH_SESSION = 49_152;

/** chunkSize spares zlib growing its output in steps of 16 KB: a fifth of the time. Asynchronous calls cost half as much again. */
export const ZSTD: ZstdOptions = {
  chunkSize: BLOCK_BYTES,
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
};

/** Packs records into blocks in the order given: by cluster, so that a session's lie in few of them. */
export class BlockPacker {
  readonly #insertBlock: StatementSync;
  readonly #insertOwner: StatementSync;
  readonly #insertFresh: StatementSync;
  readonly #fresh: boolean;
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

  put(
    bytes: Buffer,
    start: number,
    end: number,
    cluster: number,
    seq: number,
    origin: number,
    isLog: boolean,
  ): void {
    const length = end - start;
    if (this.#owners.at(-1) !== cluster) {
      if (!this.#fresh && this.#filled >= ENDS_WITH_SESSION) this.flush();
      this.#owners.push(cluster);
    }
    this.#reserve(ENTRY_HEADER + length);
    writeEntryHeader(this.#view, this.#filled, length, cluster, seq, origin, isLog);
    bytes.copy(this.#buffer, this.#filled + ENTRY_HEADER, start, end);
    this.#filled += ENTRY_HEADER + length;
    if (this.#filled >= BLOCK_BYTES) this.flush();
  }

  /** Writes the block that was begun. */
  flush(): void {
    if (this.#filled === 0) return;
    const data = zstdCompressSync(this.#buffer.subarray(0, this.#filled), ZSTD);
    const block = this.#insertBlock.run(this.#filled, data).lastInsertRowid;
    // Frees its 128 KB now: V8 would go through its whole heap for every 64 MB of such garbage.
    data.buffer.transfer(0);
    for (const cluster of this.#owners) this.#insertOwner.run(cluster, block);
    if (this.#fresh) this.#insertFresh.run(block, this.#filled);
    this.#filled = 0;
    this.#owners = [];
    if (this.#buffer.length <= BLOCK_BYTES * 4) return;
    this.#buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES * 2);
    this.#view = viewOf(this.#buffer);
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
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
