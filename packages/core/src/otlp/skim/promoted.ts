import { readKeyValueFields } from "../decode/common.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { AnyValue } from "../model.ts";
import { ProtoReader } from "../wire/reader.ts";
import { textPool } from "../wire/text.ts";
import type { Scan } from "./scan.ts";
import { ANY_VALUE, KEY_VALUE } from "./shapes.ts";

/** A scalar attribute. Integers beyond 2^53 come as their decimal digits; lists, maps and bytes do not come at all. */
export type PromotedValue = string | number | boolean | undefined;

/** A power of two, several times as many as keys are asked for: most attributes nobody asked for end at an empty slot. */
const SLOTS = 1024;

/**
 * Reads the attributes somebody asked for, and checks all of them.
 *
 * Wanted keys are found by a hash of their length and three of their bytes, and compared from their end, where keys of one
 * namespace differ. Attributes in the form every emitter writes (key, then value, then nothing) are read in place; everything else that
 * protobuf allows goes through the decoder.
 */
export class Promoted {
  readonly values: PromotedValue[];
  readonly #scan: Scan;
  readonly #keys: readonly Uint8Array[];
  /** Index of the first key of each hash, and of the next with the same; -1 is none. */
  readonly #slots = new Int32Array(SLOTS).fill(-1);
  readonly #next: Int32Array;
  readonly #byName = new Map<string, number>();

  constructor(scan: Scan, names: readonly string[]) {
    this.#scan = scan;
    this.values = names.map(() => undefined);
    const encoder = new TextEncoder();
    this.#keys = names.map((name) => encoder.encode(name));
    this.#next = new Int32Array(names.length);
    for (const [index, key] of this.#keys.entries()) {
      const slot = slotOf(key, 0, key.length);
      this.#next[index] = this.#slots[slot]!;
      this.#slots[slot] = index;
      this.#byName.set(names[index]!, index);
    }
  }

  clear(): void {
    const { values } = this;
    for (let i = 0; i < values.length; i++) values[i] = undefined;
  }

  /** Reads the KeyValue at start..end; false if it is malformed. */
  read(start: number, end: number): boolean {
    const { bytes } = this.#scan;
    // 0a LENGTH key 12 LENGTH value: the shortest has an empty key and an empty value, and 4 bytes.
    if (end - start < 4 || bytes[start] !== 0x0a) return this.#readAnyForm(start, end);
    const keyStart = start + 2;
    const keyLength = bytes[start + 1]!;
    const keyEnd = keyStart + keyLength;
    if (keyLength > 127 || keyEnd + 2 > end || bytes[keyEnd] !== 0x12) {
      return this.#readAnyForm(start, end);
    }
    if (this.#scan.open(keyEnd + 1, end) !== end) return this.#readAnyForm(start, end);
    const valueStart = this.#scan.at;
    const index = this.#match(keyStart, keyLength);
    if (valueStart === end) {
      if (index >= 0) this.values[index] = undefined;
      return true;
    }
    switch (bytes[valueStart]) {
      case 0x0a: {
        if (this.#scan.open(valueStart + 1, end) !== end) break;
        if (index >= 0) this.values[index] = textPool.text(bytes, this.#scan.at, end);
        return true;
      }
      case 0x10:
      case 0x18: {
        if (this.#scan.varint(valueStart + 1, end) !== end) break;
        if (index >= 0) {
          const { low, high } = this.#scan;
          this.values[index] =
            bytes[valueStart] === 0x10 ? low !== 0 || high !== 0 : integer(low, high);
        }
        return true;
      }
      case 0x21: {
        if (end - valueStart !== 9) break;
        if (index >= 0) this.values[index] = this.#scan.view.getFloat64(valueStart + 1, true);
        return true;
      }
      case 0x2a:
      case 0x32: {
        if (this.#scan.open(valueStart + 1, end) !== end) break;
        if (index >= 0) this.values[index] = undefined;
        return this.#scan.check(ANY_VALUE, valueStart, end);
      }
    }
    return this.#readAnyForm(start, end);
  }

  #match(start: number, length: number): number {
    const { bytes } = this.#scan;
    let index = this.#slots[slotOf(bytes, start, length)]!;
    for (; index >= 0; index = this.#next[index]!) {
      const key = this.#keys[index]!;
      if (key.length !== length) continue;
      let i = length - 1;
      while (i >= 0 && bytes[start + i] === key[i]) i--;
      if (i < 0) break;
    }
    return index;
  }

  #readAnyForm(start: number, end: number): boolean {
    if (!this.#scan.check(KEY_VALUE, start, end)) return false;
    // The check above was as strict as the reader is.
    const limits = { ...DEFAULT_LIMITS, maxDepth: this.#scan.maxDepth };
    const reader = new ProtoReader(this.#scan.bytes, limits);
    reader.pos = start;
    reader.limit = end;
    const { key, value } = readKeyValueFields(reader);
    const index = this.#byName.get(key);
    if (index !== undefined) this.values[index] = scalar(value);
    return true;
  }
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0;
  const end = start + length;
  const sum = bytes[end - 1]! * 7 + bytes[start + (length >> 1)]! * 131;
  return (sum + bytes[end - 1 - (length >> 2)]! * 17 + length * 29) & (SLOTS - 1);
}

function scalar(value: AnyValue): PromotedValue {
  if ("stringValue" in value) return value.stringValue;
  if ("boolValue" in value) return value.boolValue;
  if ("intValue" in value) {
    return typeof value.intValue === "bigint" ? String(value.intValue) : value.intValue;
  }
  if ("doubleValue" in value) return value.doubleValue;
  return undefined;
}

function integer(low: number, high: number): number | string {
  const top = high | 0;
  const value = top * 4294967296 + low;
  return Number.isSafeInteger(value) ? value : String((BigInt(top) << 32n) | BigInt(low));
}
