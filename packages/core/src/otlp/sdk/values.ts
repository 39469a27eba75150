/** Plain JavaScript values straight to protobuf, with no object in between. */
import { ByteWriter } from "../wire/writer.ts";
import type { HeldAttributes } from "./held.ts";

/** Deeper than this a value becomes empty; an object that holds itself would not end otherwise. */
const MAX_DEPTH = 32;

/** Attribute keys already encoded, with the tags around them: `0a LENGTH key 12`. Full is full: no eviction on a hot path. */
const MAX_KEYS = 4096;
const LONGEST_KEY = 100;
const keys = new Map<string, Uint8Array>();

export function writeAttributes(w: ByteWriter, tag: number, attributes: HeldAttributes): void {
  for (const key in attributes) {
    // Within a for-in V8 knows the answer of this one; a call of Object.hasOwn costs 20 ns an attribute.
    if (!Object.prototype.hasOwnProperty.call(attributes, key)) continue;
    const value = attributes[key];
    if (value !== undefined) writePair(w, tag, key, value, 0);
  }
}

/** One KeyValue as a field. Most are short ASCII text or a small number: those are written in one go, their lengths known. */
function writePair(w: ByteWriter, tag: number, key: string, value: unknown, depth: number): void {
  const head = encodedKey(key);
  if (typeof value === "string") {
    if (head.length + value.length < SHORT_PAIR && writeShortText(w, tag, head, value)) return;
  } else if (typeof value === "number") {
    if (head.length < SHORT_PAIR && (value & 127) === value) {
      const at = startShortPair(w, tag, head, 2);
      w.bytes[at] = 0x18;
      w.bytes[at + 1] = value;
      return;
    }
  } else if (typeof value === "boolean" && head.length < SHORT_PAIR) {
    const at = startShortPair(w, tag, head, 2);
    w.bytes[at] = 0x10;
    w.bytes[at + 1] = value ? 1 : 0;
    return;
  }
  writeLongPair(w, tag, head, value, depth);
}

/** Whatever the value is. Its length is guessed as if it were ASCII; a wrong guess moves bytes, nothing worse. */
function writeLongPair(
  w: ByteWriter,
  tag: number,
  head: Uint8Array,
  value: unknown,
  depth: number,
): void {
  const guess = typeof value === "string" ? value.length + 4 : 0;
  w.byte(tag);
  const pair = w.open(head.length + guess + 3);
  w.raw(head);
  const mark = w.open(guess);
  writeValue(w, value, depth);
  w.close(mark);
  w.close(pair);
}

/** A pair below this has one byte for each of its lengths. */
const SHORT_PAIR = 120;

/** tag LENGTH head LENGTH, with room for a value of that size; gives its place, and the writer stands behind it. */
function startShortPair(w: ByteWriter, tag: number, head: Uint8Array, size: number): number {
  w.ensure(SHORT_PAIR + 8);
  const { bytes } = w;
  let at = w.pos;
  bytes[at++] = tag;
  bytes[at++] = head.length + 1 + size;
  // Twenty bytes or so: a loop beats TypedArray.set.
  for (let i = 0; i < head.length; i++) bytes[at++] = head[i]!;
  bytes[at++] = size;
  w.pos = at + size;
  return at;
}

/** False, with nothing written, when the text is not ASCII. */
function writeShortText(w: ByteWriter, tag: number, head: Uint8Array, text: string): boolean {
  const start = w.pos;
  let at = startShortPair(w, tag, head, text.length + 2);
  const { bytes } = w;
  bytes[at++] = 0x0a;
  bytes[at++] = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      w.pos = start;
      return false;
    }
    bytes[at++] = code;
  }
  return true;
}

function encodedKey(key: string): Uint8Array {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const w = new ByteWriter(key.length * 3 + 8);
  w.byte(0x0a);
  w.text(key);
  w.byte(0x12);
  const encoded = w.take();
  if (keys.size < MAX_KEYS && key.length <= LONGEST_KEY) keys.set(key, encoded);
  return encoded;
}

/** The fields of an AnyValue. What has no form in OTLP (null, functions, symbols) becomes the empty value. */
export function writeValue(w: ByteWriter, value: unknown, depth = 0): void {
  switch (typeof value) {
    case "string":
      w.byte(0x0a);
      w.text(value);
      return;
    case "number":
      writeNumber(w, value);
      return;
    case "boolean":
      w.byte(0x10);
      w.byte(value ? 1 : 0);
      return;
    case "bigint":
      writeBigint(w, value);
      return;
    case "object":
      if (value !== null && depth < MAX_DEPTH) writeObject(w, value, depth);
  }
}

function writeNumber(w: ByteWriter, value: number): void {
  // As the official SDK: whole numbers within 64 bits are ints, minus zero included.
  if (Number.isInteger(value) && value >= -9223372036854775808 && value < 9223372036854775808) {
    w.byte(0x18);
    w.integer(value);
  } else {
    w.byte(0x21);
    w.double(value);
  }
}

function writeBigint(w: ByteWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    w.byte(0x18);
    w.integer(value);
  } else {
    w.byte(0x0a);
    w.text(String(value));
  }
}

function writeObject(w: ByteWriter, value: object, depth: number): void {
  if (value instanceof Uint8Array) {
    w.byte(0x3a);
    w.varint(value.length);
    w.raw(value);
  } else if (Array.isArray(value)) {
    w.byte(0x2a);
    const mark = w.open();
    for (const element of value) {
      w.byte(0x0a);
      const inner = w.open(typeof element === "string" ? element.length + 4 : 0);
      writeValue(w, element, depth + 1);
      w.close(inner);
    }
    w.close(mark);
  } else {
    w.byte(0x32);
    const mark = w.open();
    const entries: Iterable<readonly [unknown, unknown]> =
      value instanceof Map ? value : Object.entries(value);
    for (const [key, element] of entries) {
      if (element !== undefined) writePair(w, 0x0a, String(key), element, depth + 1);
    }
    w.close(mark);
  }
}
