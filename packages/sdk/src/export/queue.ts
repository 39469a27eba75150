import type { Chunk } from "./chunk.ts";

/**
 * Chunks on their way out, bounded in bytes.
 *
 * Bytes and not records, because one span of an agent is 200 B or 200 KB: a queue of 2,048 spans lost 19 to 33 % in a 12 s
 * outage and still did not say how much memory it may take. A chunk counts until it is settled, also while it is in flight.
 */
export class ChunkQueue {
  readonly #limit: number;
  readonly #waiting: Chunk[] = [];
  readonly #inFlight = new Set<Chunk>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get empty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size === 0;
  }

  /** Whether so many more bytes would be taken. */
  fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limit;
  }

  /** False when it does not fit; the caller counts what is lost. */
  offer(chunk: Chunk): boolean {
    if (!this.fits(chunk.body.length)) return false;
    this.#waiting.push(chunk);
    this.#bytes += chunk.body.length;
    return true;
  }

  take(): Chunk | undefined {
    const chunk = this.#waiting.shift();
    if (chunk !== undefined) this.#inFlight.add(chunk);
    return chunk;
  }

  /** Back to where it stood, so that an outage changes no order. */
  giveBack(chunk: Chunk): void {
    if (!this.#inFlight.delete(chunk)) return;
    const after = this.#waiting.findIndex((other) => other.id > chunk.id);
    this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, chunk);
  }

  /** Delivered or given up: its bytes are free. False when somebody else has taken it over by {@link drain}. */
  settle(chunk: Chunk): boolean {
    const held = this.#inFlight.delete(chunk);
    if (held) this.#bytes -= chunk.body.length;
    return held;
  }

  /** Everything that is not settled, oldest first, for whoever makes the last attempt. */
  drain(): readonly Chunk[] {
    const left = [...this.#inFlight, ...this.#waiting];
    this.#inFlight.clear();
    this.#waiting.length = 0;
    this.#bytes = 0;
    return left;
  }
}
