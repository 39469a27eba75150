import { Batch, type Group, type ResourceDefaults } from "./batch.ts";
import type { Chunk, Signal } from "./chunk.ts";
import type { Tally } from "./health.ts";
import type { Encoder } from "./encoders.ts";
import { quietly } from "./quiet.ts";
import type { ReadableResource, ReadableScope } from "./readable.ts";

/** A request this large goes out at once, whatever its number of records. */
const usualBytes = 1_000_000;
/** What gRPC servers take as one message unless told otherwise. No single record may be larger, and no request. */
const mostBytes = 4_000_000;

interface Grouped {
  readonly resource: ReadableResource;
  readonly instrumentationScope: ReadableScope;
}

export interface LaneOptions<Item extends Grouped> {
  readonly signal: Signal;
  readonly encode: Encoder<Item>;
  readonly delayMs: number;
  readonly batchRecords: number;
  readonly defaults: ResourceDefaults;
  readonly tally: Tally;
  /** Told of every record, with its bytes, before anything else may happen to it. */
  readonly written:
    | ((group: Group, chunk: number, bytes: Uint8Array, item: Item) => void)
    | undefined;
  readonly out: (chunk: Chunk) => void;
}

/** The way of one signal from a record that ends to a chunk in the queue. */
export class Lane<Item extends Grouped> {
  readonly #options: LaneOptions<Item>;
  readonly #batch: Batch;
  #timer: NodeJS.Timeout | undefined;
  #settling: Promise<void> | undefined;

  constructor(options: LaneOptions<Item>) {
    this.#options = options;
    this.#batch = new Batch(options.signal, options.defaults);
  }

  get bytes(): number {
    return this.#batch.bytes;
  }

  get empty(): boolean {
    return this.#batch.records === 0;
  }

  group(item: Item): Group {
    return this.#batch.group(item.resource, item.instrumentationScope);
  }

  /** Encodes a record that has ended into the current batch. */
  add(item: Item): void {
    const group = this.group(item);
    const { signal, tally, batchRecords, delayMs } = this.#options;
    const start = group.writer.pos;
    if (!this.#encode(group, item)) return tally.drop("unencodable", signal, 1);
    const size = group.writer.pos - start;
    if (size > mostBytes || this.#batch.bytes + size > mostBytes) {
      group.writer.pos = start;
      if (size > mostBytes) return tally.drop("too_large", signal, 1);
      this.cutNow();
      return this.add(item);
    }
    this.#batch.added(group, size);
    const { bytes, pos } = group.writer;
    this.#options.written?.(group, this.#batch.id(), bytes.subarray(start, pos), item);
    if (this.#batch.records >= batchRecords || this.#batch.bytes >= usualBytes) this.cut();
    else this.#timer ??= quietly(() => setTimeout(() => this.cut(), delayMs)).unref();
  }

  /** Hands the batch on, once its resources have all their attributes. */
  cut(): void {
    const pending = this.#batch.pending();
    if (pending.length === 0) return this.cutNow();
    this.#settling ??= this.#cutSettled(pending);
  }

  /** Resolves when everything added so far is in a chunk. */
  async drained(): Promise<void> {
    this.cut();
    await this.#settling;
  }

  cutNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const chunk = this.#batch.seal();
    if (chunk !== undefined) this.#options.out(chunk);
  }

  async #cutSettled(pending: readonly ReadableResource[]): Promise<void> {
    await Promise.allSettled(pending.map(async (resource) => resource.waitForAsyncAttributes?.()));
    this.#settling = undefined;
    this.cut();
  }

  /** Attributes come from strangers: a getter that throws costs this record, and nothing else. */
  #encode(group: Group, item: Item): boolean {
    const start = group.writer.pos;
    try {
      this.#options.encode(group.writer, item);
      return true;
    } catch {
      group.writer.pos = start;
      return false;
    }
  }
}
