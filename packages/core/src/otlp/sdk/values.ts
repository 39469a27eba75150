/** Plain JavaScript values straight to protobuf, with no object in between. */
import type { ByteWriter } from "../wire/writer.ts";
import type { HeldAttributes } from "./held.ts";

/** Deeper than this a value becomes empty; an object that holds itself would not end otherwise. */
const MAX_DEPTH = 32;

/** Attribute keys already encoded, with the tags around them: `0a LENGTH key 12`. Full is full: no eviction on a hot path. */
const MAX_KEYS = 4096;
const LONGEST_KEY = 100;
const keys = new Map<string, Uint8Array>();

export function writeAttributes(w: ByteWriter, tag: number, attributes: HeldAttributes): void {
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const value = attributes[key];
    if (value !== undefined) writePair(w, tag, key, value, 0);
  }
}

function writePair(w: ByteWriter, tag: number, key: string, value: unknown, depth: number): void {
  // What the rest of the pair will take if the text is ASCII. Too small a guess moves bytes, nothing worse.
  const guess = typeof value === "string" ? value.length + 6 : 0;
  w.byte(tag);
  const pair = w.open(key.length + guess);
  writeKey(w, key);
  const mark = w.open(guess);
  writeValue(w, value, depth);
  w.close(mark);
  w.close(pair);
}

function writeKey(w: ByteWriter, key: string): void {
  const known = keys.get(key);
  if (known !== undefined) {
    w.raw(known);
    return;
  }
  const start = w.pos;
  w.byte(0x0a);
  w.text(key);
  w.byte(0x12);
  if (keys.size < MAX_KEYS && key.length <= LONGEST_KEY) keys.set(key, w.bytes.slice(start, w.pos));
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
