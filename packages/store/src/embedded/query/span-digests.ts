import { entriesOf } from "../blocks/entry.ts";
import type { DayFile } from "../read/day-file.ts";

/** Longer texts are prompts and results: nobody asks for one by equality. */
const LONGEST = 64;
/** Values of a block are some thousand: with 16 bits and 4 hashes each, one block in 400 is looked into in vain. */
const WORDS = 512;
const BITS = WORDS * 32;
const HASHES = 4;
const MOST = 16_384;
const DEEPEST = 16;

type Digest = Uint32Array;

/**
 * Which short texts stand in the spans of a block as a name or a value: a Bloom filter of 2 KB a block, learnt when the block is
 * first looked through. A rare value is then looked for in the blocks that have it, where the first time took all of them.
 */
export class SpanDigests {
  #kept = new Map<DayFile, Map<number, Digest>>();
  #count = 0;

  /** Undefined where the block is not known. Of each list one must stand there. */
  mayHold(
    file: DayFile,
    block: number,
    values: readonly (readonly Buffer[])[],
  ): boolean | undefined {
    const digest = this.#kept.get(file)?.get(block);
    if (digest === undefined) return undefined;
    return values.every((any) =>
      any.some((text) => text.length > LONGEST || has(digest, text, 0, text.length)),
    );
  }

  learn(file: DayFile, id: number, block: Buffer): void {
    if (this.#count >= MOST) this.forget();
    let known = this.#kept.get(file);
    if (known === undefined) this.#kept.set(file, (known = new Map()));
    known.set(id, digestOf(block));
    this.#count++;
  }

  forget(): void {
    this.#kept = new Map();
    this.#count = 0;
  }
}

function digestOf(block: Buffer): Digest {
  const digest = new Uint32Array(WORDS);
  const learn = new Learner(digest, block);
  for (const { end, kind, start } of entriesOf(block)) if (kind === "span") learn.span(start, end);
  return digest;
}

/** Tags of the protobuf fields that hold a text, or lead to one. */
const SPAN = { name: 0x2a, attribute: 0x4a, event: 0x5a, link: 0x6a };
const EVENT = { name: 0x12, attribute: 0x1a };
const LINK = { attribute: 0x22 };
const PAIR = { value: 0x12 };
const VALUE = { text: 0x0a, list: 0x2a };
const LIST = { item: 0x0a };

class Learner {
  readonly #digest: Digest;
  readonly #bytes: Buffer;

  constructor(digest: Digest, bytes: Buffer) {
    this.#digest = digest;
    this.#bytes = bytes;
  }

  span(start: number, end: number): void {
    this.#fields(start, end, (tag, from, to) => {
      if (tag === SPAN.attribute) this.#pair(from, to);
      else if (tag === SPAN.name) this.#text(from, to);
      else if (tag === SPAN.event) this.#group(from, to, EVENT.attribute, EVENT.name);
      else if (tag === SPAN.link) this.#group(from, to, LINK.attribute, -1);
    });
  }

  #group(start: number, end: number, attribute: number, name: number): void {
    this.#fields(start, end, (tag, from, to) => {
      if (tag === attribute) this.#pair(from, to);
      else if (tag === name) this.#text(from, to);
    });
  }

  #pair(start: number, end: number): void {
    this.#fields(start, end, (tag, from, to) => {
      if (tag === PAIR.value) this.#value(from, to, 0);
    });
  }

  #value(start: number, end: number, depth: number): void {
    // Deeper than anybody means it: the block counts as holding everything.
    if (depth > DEEPEST) this.#digest.fill(0xffff_ffff);
    else
      this.#fields(start, end, (tag, from, to) => {
        if (tag === VALUE.text) this.#text(from, to);
        else if (tag === VALUE.list)
          this.#fields(from, to, (inner, itemFrom, itemTo) => {
            if (inner === LIST.item) this.#value(itemFrom, itemTo, depth + 1);
          });
      });
  }

  #text(from: number, to: number): void {
    if (to - from <= LONGEST) add(this.#digest, this.#bytes, from, to);
  }

  /** The fields of a message that have a length. Bytes that the writer took are sound. */
  #fields(start: number, end: number, see: (tag: number, from: number, to: number) => void): void {
    const bytes = this.#bytes;
    for (let at = start; at < end;) {
      const tag = bytes[at++]!;
      if (tag >= 0x80) while (bytes[at++]! >= 0x80);
      switch (tag & 7) {
        case 0:
          while (bytes[at++]! >= 0x80);
          break;
        case 1:
          at += 8;
          break;
        case 2: {
          let length = 0;
          for (let factor = 1; ; factor *= 128) {
            const byte = bytes[at++]!;
            length += (byte & 0x7f) * factor;
            if (!(byte >= 0x80)) break;
          }
          if (tag < 0x80) see(tag, at, at + length);
          at += length;
          break;
        }
        case 5:
          at += 4;
          break;
        default:
          return;
      }
    }
  }
}

function add(digest: Digest, bytes: Buffer, from: number, to: number): void {
  const [hash, step] = hashes(bytes, from, to);
  for (let n = 0, bit = hash; n < HASHES; n++, bit += step)
    digest[(bit % BITS) >>> 5]! |= 1 << (bit & 31);
}

function has(digest: Digest, bytes: Buffer, from: number, to: number): boolean {
  const [hash, step] = hashes(bytes, from, to);
  for (let n = 0, bit = hash; n < HASHES; n++, bit += step)
    if ((digest[(bit % BITS) >>> 5]! & (1 << (bit & 31))) === 0) return false;
  return true;
}

/** Two FNV-1a hashes in one pass. */
function hashes(bytes: Buffer, from: number, to: number): [hash: number, step: number] {
  let [one, other] = [0x811c_9dc5, 0xcbf2_9ce4];
  for (let at = from; at < to; at++) {
    one = Math.imul(one ^ bytes[at]!, 0x0100_0193);
    other = Math.imul(other ^ bytes[at]!, 0x0100_01b3);
  }
  return [(one ^ (one >>> 15)) >>> 0, (other | 1) >>> 0];
}
