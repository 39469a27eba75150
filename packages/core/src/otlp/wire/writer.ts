import { hexDigit } from "./hex.ts";

/**
 * Writes UTF-8 of `text` into `target` from `at` on and returns the number of bytes; there is room for three per unit. On
 * Node, Buffer's native `utf8Write` takes 36 ns where TextEncoder takes 80, so the SDK brings it; lone surrogates become
 * U+FFFD in both.
 */
export type WriteUtf8 = (target: Uint8Array, text: string, at: number) => number;

const encoder = new TextEncoder();
const encodeInto: WriteUtf8 = (target, text, at) =>
  encoder.encodeInto(text, target.subarray(at)).written;

/** Below this a loop over ASCII beats the call into native code. */
const SHORT = 24;

/** A growing buffer that protobuf is written into. */
export class ByteWriter {
  bytes: Uint8Array;
  pos = 0;
  readonly #writeUtf8: WriteUtf8;
  #view: DataView;
  #traceId = "";
  readonly #traceIdBytes = new Uint8Array(16);

  constructor(capacity = 1024, writeUtf8: WriteUtf8 = encodeInto) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
    this.#writeUtf8 = writeUtf8;
  }

  /** Room for `size` more bytes. */
  ensure(size: number): void {
    if (this.pos + size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.pos + size));
    grown.set(this.bytes.subarray(0, this.pos));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** What was written, copied out; the writer starts anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.pos);
    this.pos = 0;
    return taken;
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.pos++] = value;
  }

  /** A number of at most 32 bits, unsigned. Tags are these. */
  varint(value: number): void {
    this.ensure(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes[this.pos++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.pos++] = rest;
  }

  /** The halves of a 64-bit number. */
  varint64(low: number, high: number): void {
    this.ensure(10);
    let lower = low >>> 0;
    let upper = high >>> 0;
    while (upper > 0 || lower > 127) {
      this.bytes[this.pos++] = (lower & 127) | 128;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.bytes[this.pos++] = lower;
  }

  /** A whole number of 64 bits, negative ones in two's complement. */
  integer(value: number | bigint): void {
    if (typeof value === "number") this.varint64(value, Math.floor(value / 4294967296));
    else this.varint64(Number(value & 0xffffffffn), Number((value >> 32n) & 0xffffffffn));
  }

  fixed32(value: number): void {
    this.ensure(4);
    this.#view.setUint32(this.pos, value, true);
    this.pos += 4;
  }

  fixed64(value: number | bigint): void {
    this.ensure(8);
    if (typeof value === "bigint")
      this.#view.setBigUint64(this.pos, value & 0xffffffffffffffffn, true);
    else {
      this.#view.setUint32(this.pos, value, true);
      this.#view.setUint32(this.pos + 4, Math.floor(value / 4294967296), true);
    }
    this.pos += 8;
  }

  fixed64Halves(low: number, high: number): void {
    this.ensure(8);
    this.#view.setUint32(this.pos, low, true);
    this.#view.setUint32(this.pos + 4, high, true);
    this.pos += 8;
  }

  double(value: number): void {
    this.ensure(8);
    this.#view.setFloat64(this.pos, value, true);
    this.pos += 8;
  }

  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.pos);
    this.pos += bytes.length;
  }

  /** UTF-8 without a length. */
  utf8(text: string): void {
    this.ensure(text.length * 3);
    const start = this.pos;
    if (text.length <= SHORT) {
      let i = 0;
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) break;
        this.bytes[start + i] = code;
      }
      if (i === text.length) {
        this.pos = start + i;
        return;
      }
    }
    this.pos = start + this.#writeUtf8(this.bytes, text, start);
  }

  /** Length and UTF-8, written once: the length of ASCII is guessed, and text moves by a byte or two where that was wrong. */
  text(text: string): void {
    const mark = this.open(text.length);
    this.utf8(text);
    this.close(mark);
  }

  /** Bytes of a hex string of even length, with their length before them. Records of one trace come together. */
  hex(text: string): void {
    const size = text.length >>> 1;
    this.varint(size);
    this.ensure(size);
    const { bytes, pos } = this;
    this.pos = pos + size;
    if (size !== 16) return writeHex(bytes, pos, text, size);
    const known = this.#traceIdBytes;
    if (text !== this.#traceId) {
      writeHex(known, 0, text, 16);
      this.#traceId = text;
    }
    for (let i = 0; i < 16; i++) bytes[pos + i] = known[i]!;
  }

  /** Leaves room for the length of what follows, as many bytes as `expected` needs; give what this returns to {@link close}. */
  open(expected = 0): number {
    const size = varintSize(expected);
    this.ensure(size);
    this.pos += size;
    // The end of the gap and its size (1 to 5) in one number, so that nesting needs no stack.
    return this.pos * 8 + size;
  }

  /** Fills in the length. Too small a gap moves the content; too large a one becomes a padded varint, as valid as any. */
  close(mark: number): void {
    let gap = mark % 8;
    let start = (mark - gap) / 8;
    const length = this.pos - start;
    const needed = varintSize(length);
    if (needed > gap) {
      this.ensure(needed - gap);
      this.bytes.copyWithin(start + needed - gap, start, this.pos);
      this.pos += needed - gap;
      start += needed - gap;
      gap = needed;
    }
    let at = start - gap;
    let rest = length;
    for (; at < start - 1; at++) {
      this.bytes[at] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[at] = rest;
  }
}

function writeHex(bytes: Uint8Array, at: number, text: string, size: number): void {
  for (let i = 0; i < size; i++) {
    bytes[at + i] = (hexDigit(text.charCodeAt(2 * i)) << 4) | hexDigit(text.charCodeAt(2 * i + 1));
  }
}

export function varintSize(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : value < 268_435_456 ? 4 : 5;
}
