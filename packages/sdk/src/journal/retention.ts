import { rmSync } from "node:fs";

interface Kept {
  readonly path: string;
  bytes: number;
  /** Chunks with records in this segment that nobody has acknowledged, and how many records. */
  readonly waiting: Map<number, number>;
  sealed: boolean;
}

/**
 * Which segment files are still needed.
 *
 * Oldest first, never out of order: the end of a span may stand in a later segment than its start, and a start whose end
 * was deleted would be reported as interrupted.
 */
export class Retention {
  readonly #segments: Kept[] = [];

  get bytes(): number {
    let bytes = 0;
    for (const segment of this.#segments) bytes += segment.bytes;
    return bytes;
  }

  /** A new segment begins; {@link sweep} when it holds what has to outlive the ones before it. */
  add(path: string): void {
    this.#sealLast();
    this.#segments.push({ path, bytes: 0, waiting: new Map(), sealed: false });
  }

  /** So many bytes were appended to the newest segment: a record of this chunk, if one is named. */
  grow(bytes: number, chunk?: number): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return;
    segment.bytes += bytes;
    if (chunk !== undefined) segment.waiting.set(chunk, (segment.waiting.get(chunk) ?? 0) + 1);
  }

  settle(chunk: number): void {
    for (const segment of this.#segments) segment.waiting.delete(chunk);
    this.sweep();
  }

  /** Nothing will be added any more. True when nothing is kept. */
  seal(): boolean {
    this.#sealLast();
    this.sweep();
    return this.#segments.length === 0;
  }

  /** Gives up the oldest sealed segment; how many unacknowledged records went with it, undefined when there is none. */
  forgetOldest(): number | undefined {
    const oldest = this.#segments[0];
    if (oldest === undefined || !oldest.sealed) return undefined;
    let records = 0;
    for (const count of oldest.waiting.values()) records += count;
    oldest.waiting.clear();
    this.sweep();
    return records;
  }

  /** Deletes what nobody needs any more. */
  sweep(): void {
    for (;;) {
      const oldest = this.#segments[0];
      if (oldest === undefined || !oldest.sealed || oldest.waiting.size > 0) return;
      rmSync(oldest.path, { force: true });
      this.#segments.shift();
    }
  }

  #sealLast(): void {
    const last = this.#segments.at(-1);
    if (last !== undefined) last.sealed = true;
  }
}
