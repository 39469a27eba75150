import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { ENTRY_HEADER, entriesOf } from "../blocks/entry.ts";
import type { Blocks } from "../read/blocks.ts";
import type { DayFile } from "../read/day-file.ts";

const KEPT_BYTES = 64 * 1024 * 1024;
const OVERHEAD = 256;
/** Where log records are more of a block than this, leaving out the rest is not worth it. */
const MOST = 0.5;

interface Kept {
  readonly file: DayFile;
  readonly id: number;
  /** Undefined: the block is best read as it is. */
  readonly data: Buffer | undefined;
  readonly bytes: number;
}

/**
 * Blocks without their spans, kept compressed. Prompts make spans the larger part of most blocks by far: who looks through log lines
 * a second time decompresses these alone, a sixth of the bytes with agents that log a line for every other span.
 */
export class LogBlocks implements Pick<Blocks, "peek"> {
  readonly #blocks: Blocks;
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  peek(file: DayFile, id: number): Buffer | undefined {
    const key = `${file.opening} ${id}`;
    const kept = this.#kept.get(key);
    if (kept?.data !== undefined) return decompress(kept.data, kept.bytes);
    const block = this.#blocks.peek(file, id);
    if (block === undefined || kept !== undefined) return block;
    const logs = logsOf(block);
    const isWorthIt = logs.length <= block.length * MOST;
    this.#keep(key, {
      file,
      id,
      data: isWorthIt ? compress(logs) : undefined,
      bytes: logs.length,
    });
    return isWorthIt ? logs : block;
  }

  /** Days came or went. */
  forget(): void {
    this.#kept.clear();
    this.#size = 0;
  }

  /** What is full keeps the youngest: a look through more than fits must not drive out what the next one begins with. */
  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#size += sizeOf(kept);
    if (this.#size <= KEPT_BYTES) return;
    const oldestFirst = [...this.#kept].toSorted(([, one], [, other]) => byAge(one, other));
    for (const [key, kept] of oldestFirst) {
      if (this.#size <= KEPT_BYTES * 0.9) break;
      this.#kept.delete(key);
      this.#size -= sizeOf(kept);
    }
  }
}

function sizeOf({ data }: Kept): number {
  return OVERHEAD + (data?.length ?? 0);
}

function byAge(one: Kept, other: Kept): number {
  if (one.file.day !== other.file.day) return one.file.day < other.file.day ? -1 : 1;
  return one.id - other.id;
}

function logsOf(block: Buffer): Buffer {
  const entries: Buffer[] = [];
  for (const { end, kind, start } of entriesOf(block))
    if (kind === "log") entries.push(block.subarray(start - ENTRY_HEADER, end));
  return Buffer.concat(entries);
}

function compress(bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

function decompress(data: Buffer, bytes: number): Buffer {
  return bytes === 0 ? data : zstdDecompressSync(data, { chunkSize: Math.max(bytes + 1, 64) });
}
