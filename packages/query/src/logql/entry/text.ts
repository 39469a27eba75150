import { structuredMetadataName } from "@throughline/core";
import type { PlainMap, PlainValue } from "@throughline/core/record";

/** A value as text: strings as they are, lists and maps as JSON, bytes in base64. */
export function textOf(value: PlainValue): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  if (value instanceof Uint8Array) return base64(value);
  return typeof value === "object" ? JSON.stringify(jsonOf(value)) : String(value);
}

/** Adds an attribute under its label's name; those inside a map each get a name of their own, `a_b`. */
export function addLabels(labels: Map<string, string>, key: string, value: PlainValue): void {
  if (isMap(value))
    for (const inner in value) addLabels(labels, `${key}_${inner}`, value[inner] ?? null);
  else labels.set(labelName(key), textOf(value));
}

const names = new Map<string, string>();
const MAX_NAMES = 4_096;

/** Most records have the same few keys. */
function labelName(key: string): string {
  let name = names.get(key);
  if (name === undefined) {
    name = structuredMetadataName(key);
    if (names.size < MAX_NAMES) names.set(key, name);
  }
  return name;
}

function isMap(value: PlainValue): value is PlainMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

/** Depth is bounded where records are decoded. */
function jsonOf(value: PlainValue): unknown {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : rawNumber(value);
  if (value instanceof Uint8Array) return base64(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, jsonOf(value[key] ?? null)]),
  );
}

/** An integer beyond 2^53 keeps its digits where the engine can write them, else it is written as text. */
function rawNumber(value: bigint): unknown {
  return "rawJSON" in JSON && typeof JSON.rawJSON === "function"
    ? JSON.rawJSON(String(value))
    : String(value);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""));
}
