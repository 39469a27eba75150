import { readKeyValueFields } from "../decode/common.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { AnyValue } from "../model.ts";
import { KeyTable } from "../wire/key-table.ts";
import { ProtoReader } from "../wire/reader.ts";
import { textPool } from "../wire/text.ts";
import type { Scan } from "./scan.ts";
import { ANY_VALUE, KEY_VALUE } from "./shapes.ts";

/** A scalar attribute. Integers beyond 2^53 come as their decimal digits; lists, maps and bytes do not come at all. */
export type PromotedValue = string | number | boolean | undefined;

/**
 * Reads the attributes somebody asked for, and checks all of them.
 *
 * Attributes in the form every emitter writes (key, then value, then nothing) are read in place; everything else that
 * protobuf allows goes through the decoder.
 */
export class Promoted {
  readonly values: PromotedValue[];
  readonly #scan: Scan;
  readonly #keys: KeyTable;

  constructor(scan: Scan, names: readonly string[]) {
    this.#scan = scan;
    this.values = names.map(() => undefined);
    this.#keys = new KeyTable(names);
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
    const index = this.#keys.find(bytes, keyStart, keyLength);
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

  #readAnyForm(start: number, end: number): boolean {
    if (!this.#scan.check(KEY_VALUE, start, end)) return false;
    // The check above was as strict as the reader is.
    const limits = { ...DEFAULT_LIMITS, maxDepth: this.#scan.maxDepth };
    const reader = new ProtoReader(this.#scan.bytes, limits);
    reader.pos = start;
    reader.limit = end;
    const { key, value } = readKeyValueFields(reader);
    const index = this.#keys.indexOf(key);
    if (index >= 0) this.values[index] = scalar(value);
    return true;
  }
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
