import type { OtlpErrorCode } from "../otlp-error.ts";
import type { Shape } from "./shapes.ts";

/**
 * Walks protobuf bytes without building anything. Where {@link ProtoReader} throws, this answers -1 or false and leaves the
 * reason in `fault`: a request may hold a million broken records, and an Error costs microseconds.
 *
 * It refuses exactly what the decoder refuses, so that what was stored can be read.
 */
export class Scan {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  fault: OtlpErrorCode = "truncated";
  /** Where reading goes on after {@link tag}, {@link open} or {@link varint}. */
  at = 0;
  /** Halves of the number read last. */
  low = 0;
  high = 0;
  readonly maxDepth: number;

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth;
  }

  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(fault: OtlpErrorCode, at: number): -1 {
    this.fault = fault;
    this.at = at;
    return -1;
  }

  /** The tag at `pos`. */
  tag(pos: number, end: number): number {
    const first = this.bytes[pos]!;
    if (first < 128) {
      if (first < 8) return this.fail("tag", pos);
      this.at = pos + 1;
      return first;
    }
    const tag = this.#strict(pos, end);
    return tag >= 0 && tag < 8 ? this.fail("tag", pos) : tag;
  }

  /** The end of the length-delimited field whose length stands at `pos`; its content begins at `at`. */
  open(pos: number, end: number): number {
    if (pos >= end) return this.fail("truncated", pos);
    let length = this.bytes[pos]!;
    if (length < 128) this.at = pos + 1;
    else {
      length = this.#strict(pos, end);
      if (length < 0) return -1;
    }
    return length > end - this.at ? this.fail("truncated", this.at) : this.at + length;
  }

  #strict(start: number, end: number): number {
    let value = 0;
    let pos = start;
    for (let shift = 0; shift < 35; shift += 7) {
      if (pos >= end) return this.fail("truncated", pos);
      const byte = this.bytes[pos++]!;
      if (shift === 28 && byte > 15) break;
      value |= (byte & 127) << shift;
      if (byte < 128) {
        this.at = pos;
        return value >>> 0;
      }
    }
    return this.fail("varint", pos);
  }

  /** Reads a number into `low` and `high`. */
  varint(start: number, end: number): number {
    let low = 0;
    let high = 0;
    let pos = start;
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) return this.fail("truncated", pos);
      const byte = this.bytes[pos++]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        this.at = pos;
        return pos;
      }
    }
    return this.fail("varint", pos);
  }

  /** Where the field after `tag`, whose value stands at `pos`, ends. */
  skip(tag: number, pos: number, end: number, depth = 0): number {
    switch (tag & 7) {
      case 0:
        return this.varint(pos, end);
      case 1:
        return end - pos < 8 ? this.fail("truncated", pos) : pos + 8;
      case 2:
        return this.open(pos, end);
      case 3:
        return this.#skipGroup(tag >>> 3, pos, end, depth + 1);
      case 5:
        return end - pos < 4 ? this.fail("truncated", pos) : pos + 4;
      case 4:
        return this.fail("group", pos);
      default:
        return this.fail("tag", pos);
    }
  }

  #skipGroup(field: number, start: number, end: number, depth: number): number {
    if (depth > this.maxDepth) return this.fail("depth", start);
    let pos = start;
    while (pos < end) {
      const tag = this.tag(pos, end);
      if (tag < 0) return -1;
      pos = this.at;
      if ((tag & 7) === 4) return tag >>> 3 === field ? pos : this.fail("group", pos);
      pos = this.skip(tag, pos, end, depth);
      if (pos < 0) return -1;
    }
    return this.fail("group", pos);
  }

  /** Whether the bytes are a well-formed message of that shape. */
  check(shape: Shape, start: number, end: number, outerDepth = 0): boolean {
    const depth = shape.nests ? outerDepth + 1 : outerDepth;
    if (depth > this.maxDepth) return this.fail("depth", start) > 0;
    let pos = start;
    while (pos < end) {
      const tag = this.tag(pos, end);
      if (tag < 0) return false;
      pos = this.at;
      const what = (tag & 7) === 2 && tag < 128 ? shape.fields[tag >>> 3] : undefined;
      if (what === undefined) {
        pos = this.skip(tag, pos, end, depth);
        if (pos < 0) return false;
      } else {
        const stop = this.open(pos, end);
        if (stop < 0 || !this.#checkField(what, this.at, stop, depth)) return false;
        pos = stop;
      }
    }
    return true;
  }

  #checkField(
    what: Shape | "varints" | "eights",
    start: number,
    end: number,
    depth: number,
  ): boolean {
    if (what === "eights") return (end - start) % 8 === 0 || this.fail("truncated", start) > 0;
    if (what !== "varints") return this.check(what, start, end, depth);
    let pos = start;
    while (pos < end) {
      pos = this.varint(pos, end);
      if (pos < 0) return false;
    }
    return true;
  }
}
