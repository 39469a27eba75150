import { OtlpError, type OtlpErrorCode } from "../otlp-error.ts";
import { DEFAULT_LIMITS, type DecodeLimits } from "../limits.ts";
import { textPool } from "./text.ts";

/**
 * A cursor over protobuf bytes from strangers.
 *
 * Every read is checked against `limit`, the end of the message being read, so no read can leave its message, and nothing
 * is ever allocated by a length that the bytes claim. Wrong input throws {@link OtlpError}.
 */
export class ProtoReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly limits: DecodeLimits;
  pos = 0;
  limit: number;
  /** How many values deep the cursor stands. */
  depth = 0;
  /** Records left out so far. */
  rejected = 0;
  /** Halves of the number that `varint64` read last. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array, limits: DecodeLimits = DEFAULT_LIMITS) {
    this.bytes = bytes;
    this.limits = limits;
    this.limit = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(code: OtlpErrorCode, at: number = this.pos): never {
    throw new OtlpError(code, at);
  }

  more(): boolean {
    return this.pos < this.limit;
  }

  /** Narrows the limit to the message that starts here; give what this returns to {@link leave}. */
  enter(): number {
    const outer = this.limit;
    const length = this.length();
    this.limit = this.pos + length;
    return outer;
  }

  leave(outer: number): void {
    this.limit = outer;
  }

  /** Enters a value, counting how deep it is. */
  enterValue(): number {
    const outer = this.enter();
    if (++this.depth > this.limits.maxDepth) this.fail("depth");
    return outer;
  }

  leaveValue(outer: number): void {
    this.depth--;
    this.limit = outer;
  }

  /** Field number << 3 | wire type. */
  tag(): number {
    const first = this.pos < this.limit ? this.bytes[this.pos]! : 0;
    if (first > 7 && first < 128) {
      this.pos++;
      return first;
    }
    const start = this.pos;
    const tag = this.uint32Strict();
    if (tag >>> 3 === 0) this.fail("tag", start);
    return tag;
  }

  /** The length of what follows, which must lie within the limit. */
  length(): number {
    let length = this.pos < this.limit ? this.bytes[this.pos]! : 128;
    if (length < 128) this.pos++;
    else length = this.uint32Strict();
    if (length > this.limit - this.pos) this.fail("truncated");
    return length;
  }

  /** Tags and lengths: at most 5 bytes and 32 bits. */
  uint32Strict(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.pos >= this.limit) this.fail("truncated");
      const byte = this.bytes[this.pos++]!;
      if (shift === 28 && byte > 15) break;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    return this.fail("varint");
  }

  /** Reads up to 10 bytes into `low` and `high`. */
  varint64(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.limit) this.fail("truncated");
      const byte = this.bytes[this.pos++]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    this.fail("varint");
  }

  /** The low 32 bits of a varint, which is what protobuf keeps of one that is too large for its field. */
  uint32(): number {
    const first = this.pos < this.limit ? this.bytes[this.pos]! : 128;
    if (first < 128) {
      this.pos++;
      return first;
    }
    this.varint64();
    return this.low;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const zigzag = this.uint32();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  bool(): boolean {
    this.varint64();
    return this.low !== 0 || this.high !== 0;
  }

  int64(): number | bigint {
    this.varint64();
    return signed(this.low, this.high);
  }

  uint64(): number | bigint {
    this.varint64();
    return unsigned(this.low, this.high);
  }

  fixed32(): number {
    const at = this.#advance(4);
    return this.view.getUint32(at, true);
  }

  double(): number {
    const at = this.#advance(8);
    return this.view.getFloat64(at, true);
  }

  /** A time: always a bigint. */
  nanos(): bigint {
    const at = this.#advance(8);
    return this.view.getBigUint64(at, true);
  }

  fixed64(): number | bigint {
    const at = this.#advance(8);
    return unsigned(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  sfixed64(): number | bigint {
    const at = this.#advance(8);
    return signed(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  text(): string {
    const length = this.length();
    const start = this.pos;
    this.pos = start + length;
    return textPool.text(this.bytes, start, this.pos);
  }

  /** A copy, so that a value never keeps a whole request alive. (A Buffer's `slice` would be a view.) */
  copy(): Uint8Array {
    const length = this.length();
    const start = this.pos;
    this.pos = start + length;
    return new Uint8Array(this.bytes.subarray(start, this.pos));
  }

  /** Skips the field whose tag was read last: unknown, or known with another wire type. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint64();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.#advance(this.length());
        return;
      case 3:
        this.#skipGroup(tag >>> 3);
        return;
      case 5:
        this.#advance(4);
        return;
      case 4:
        return this.fail("group");
      default:
        return this.fail("tag");
    }
  }

  #skipGroup(field: number): void {
    if (++this.depth > this.limits.maxDepth) this.fail("depth");
    for (;;) {
      if (this.pos >= this.limit) this.fail("group");
      const tag = this.tag();
      if ((tag & 7) === 4) {
        if (tag >>> 3 !== field) this.fail("group");
        this.depth--;
        return;
      }
      this.skip(tag);
    }
  }

  #advance(size: number): number {
    const at = this.pos;
    if (size > this.limit - at) this.fail("truncated");
    this.pos = at + size;
    return at;
  }
}

function unsigned(low: number, high: number): number | bigint {
  return high < 0x20_0000 ? high * 4294967296 + low : (BigInt(high) << 32n) | BigInt(low);
}

function signed(low: number, high: number): number | bigint {
  const top = high | 0;
  return top >= -0x20_0000 && top < 0x20_0000
    ? exact(top * 4294967296 + low, low, top)
    : (BigInt(top) << 32n) | BigInt(low);
}

/** -2^53 itself is representable but no safe integer. */
function exact(value: number, low: number, top: number): number | bigint {
  return Number.isSafeInteger(value) ? value : (BigInt(top) << 32n) | BigInt(low);
}
