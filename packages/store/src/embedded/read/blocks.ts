import { zstdDecompressSync } from "node:zlib";
import { bytesOf, type DayFile, type Row } from "./day-file.ts";

const KEPT_BYTES = 32 * 1024 * 1024;
/** Rows of one statement: a reader never holds more than some megabytes, nor a lock for long. */
const CHUNK = 32;

export interface Block {
  readonly id: number;
  readonly bytes: Buffer;
}

/** Decompressed blocks, the latest used ones kept: sessions that ran at the same time share them. */
export class Blocks {
  readonly #kept = new Map<string, Buffer>();
  #size = 0;
  /** The one used last: records are read block by block. */
  #last: { readonly opening: number; readonly id: number; readonly bytes: Buffer } | undefined;

  /** The blocks of a cluster, oldest first. What is compacted meanwhile comes again in its new block. */
  *of(file: DayFile, cluster: number): Generator<Block> {
    for (let after = -1; ;) {
      const ids = file.all(
        "select block from cluster_block where cluster = ? and block > ? order by block limit ?",
        cluster,
        after,
        CHUNK,
      );
      for (const row of ids) {
        after = Number(row["block"]);
        const bytes = this.get(file, after);
        if (bytes !== undefined) yield { id: after, bytes };
      }
      if (ids.length < CHUNK) return;
    }
  }

  /** Undefined once it was compacted. */
  get(file: DayFile, id: number): Buffer | undefined {
    const { opening } = file;
    if (this.#last?.id === id && this.#last.opening === opening) return this.#last.bytes;
    const key = `${opening} ${id}`;
    const known = this.#kept.get(key);
    const bytes = known ?? read(file, id);
    if (bytes === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, bytes);
    this.#last = { opening, id, bytes };
    if (known === undefined) {
      this.#size += bytes.length;
      this.#trim();
    }
    return bytes;
  }

  /** For a look at many blocks once, which must not drive out what others come back to. */
  peek(file: DayFile, id: number): Buffer | undefined {
    return this.#kept.get(`${file.opening} ${id}`) ?? read(file, id);
  }

  #trim(): void {
    for (const [key, bytes] of this.#kept) {
      if (this.#size <= KEPT_BYTES) return;
      this.#kept.delete(key);
      this.#size -= bytes.length;
    }
  }
}

export function* blockIds(file: DayFile, cluster: number): Generator<number> {
  for (let after = -1, more = true; more;) {
    const rows = file.all(
      "select block from cluster_block where cluster = ? and block > ? order by block limit ?",
      cluster,
      after,
      CHUNK,
    );
    for (const row of rows) yield (after = Number(row["block"]));
    more = rows.length === CHUNK;
  }
}

function read(file: DayFile, id: number): Buffer | undefined {
  const row = file.get("select bytes, data from block where id = ?", id);
  return row && decompress(row);
}

function decompress(row: Row): Buffer {
  const bytes = Number(row["bytes"]);
  const data = bytesOf(row["data"]);
  // A chunk that is filled to the brim makes zlib allocate another and ask again for nothing.
  const block = zstdDecompressSync(data, {
    chunkSize: Math.max(bytes + 1, 64),
    maxOutputLength: Math.max(bytes, 1),
  });
  // SQLite gave it memory of its own; left to the collector it makes V8 go through the whole heap again and again.
  if (data.buffer instanceof ArrayBuffer) data.buffer.transfer(0);
  return block;
}
