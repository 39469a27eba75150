import type { AnyValue, KeyValue } from "../otlp/model.ts";
import type { PlainMap, PlainValue } from "./record.ts";

/** The JavaScript value an OTLP value stands for; null for the empty one. Integers beyond 2^53 stay bigints. */
export function plainValue(value: AnyValue): PlainValue {
  if ("stringValue" in value) return value.stringValue ?? null;
  if ("boolValue" in value) return value.boolValue ?? null;
  if ("intValue" in value) return value.intValue ?? null;
  if ("doubleValue" in value) return value.doubleValue ?? null;
  if ("arrayValue" in value) return value.arrayValue?.values.map(plainValue) ?? null;
  if ("kvlistValue" in value) return value.kvlistValue ? plainMap(value.kvlistValue.values) : null;
  if ("bytesValue" in value) return value.bytesValue ?? null;
  return null;
}

/** Of a key that comes twice the last one counts. Keys by table index belong to profiles and are passed over. */
export function plainMap(pairs: readonly KeyValue[]): PlainMap {
  const map = Object.create(null) as { [key: string]: PlainValue };
  for (const { key, value, keyStrindex } of pairs) {
    if (keyStrindex === undefined) map[key] = plainValue(value);
  }
  return map;
}
