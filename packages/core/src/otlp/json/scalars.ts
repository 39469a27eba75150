/** The scalars of proto3 JSON as OTLP has them: ids in hex, enums as numbers, 64-bit integers as strings. */
import { fromBase64, toBase64 } from "../wire/base64.ts";
import { isHex } from "../wire/hex.ts";
import type { Codec } from "./codec.ts";
import type { JsonReading } from "./reading.ts";

const UINT64 = { min: 0n, max: 18446744073709551615n };
const INT64 = { min: -9223372036854775808n, max: 9223372036854775807n };

export const text: Codec<string> = {
  empty: () => "",
  omits: (value) => value === "",
  read: readText,
  write: (value) => value,
};

function readText(reading: JsonReading, value: unknown): string {
  return typeof value === "string" ? value : reading.fail("json-type");
}

export const bool: Codec<boolean> = {
  empty: () => false,
  omits: (value) => !value,
  read: (reading, value) => (typeof value === "boolean" ? value : reading.fail("json-type")),
  write: (value) => value,
};

/** Hex of either case, of whatever length: what a wrong length means differs by record. */
export const id: Codec<string> = {
  ...text,
  read(reading, value) {
    const hex = readText(reading, value);
    return isHex(hex) ? hex.toLowerCase() : reading.fail("json-hex");
  },
};

export const bytes: Codec<Uint8Array> = {
  empty: () => new Uint8Array(0),
  omits: (value) => value.length === 0,
  read: (reading, value) => fromBase64(readText(reading, value)) ?? reading.fail("json-base64"),
  write: toBase64,
};

/** A whole number, given as number or as decimal string. */
function readWhole(reading: JsonReading, value: unknown): number | bigint {
  if (typeof value === "bigint") return value;
  const given = typeof value === "string" && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value;
  if (typeof given === "bigint") return given;
  const number = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  if (typeof number !== "number" || Number.isNaN(number)) return reading.fail("json-type");
  if (!Number.isInteger(number)) return reading.fail("json-range");
  return number;
}

function readLong(
  reading: JsonReading,
  value: unknown,
  { min, max }: { readonly min: bigint; readonly max: bigint },
): bigint {
  const whole = BigInt(readWhole(reading, value));
  return whole < min || whole > max ? reading.fail("json-range") : whole;
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function long(range: { readonly min: bigint; readonly max: bigint }): Codec<number | bigint> {
  return {
    empty: () => 0,
    omits: (value) => BigInt(value) === 0n,
    read: (reading, value) => narrowed(readLong(reading, value, range)),
    write: String,
  };
}

export const int64: Codec<number | bigint> = long(INT64);
export const uint64: Codec<number | bigint> = long(UINT64);

/** Times: always bigint in the model. */
export const nanos: Codec<bigint> = {
  empty: () => 0n,
  omits: (value) => value === 0n,
  read: (reading, value) => readLong(reading, value, UINT64),
  write: String,
};

function small(min: number, max: number): Codec<number> {
  return {
    empty: () => 0,
    omits: (value) => value === 0,
    read(reading, value) {
      const number = Number(readWhole(reading, value));
      return number < min || number > max ? reading.fail("json-range") : number;
    },
    write: (value) => value,
  };
}

export const uint32: Codec<number> = small(0, 4294967295);
export const int32: Codec<number> = small(-2147483648, 2147483647);

/** OTLP wants numbers and nothing else; names come all the same, from emitters that use a plain protobuf-to-JSON mapping. */
export function enumeration(names: { readonly [name: string]: number }): Codec<number> {
  return {
    ...int32,
    read: (reading, value) =>
      typeof value === "string" && Object.hasOwn(names, value)
        ? names[value]!
        : int32.read(reading, value),
  };
}

export const double: Codec<number> = {
  empty: () => 0,
  omits: (value) => Object.is(value, 0),
  read(reading, value) {
    if (typeof value === "number") return value;
    if (typeof value === "bigint") return Number(value);
    if (typeof value !== "string" || value.trim() === "") return reading.fail("json-type");
    const number = Number(value);
    return Number.isNaN(number) && value !== "NaN" ? reading.fail("json-type") : number;
  },
  // JSON has neither these nor, once written by JSON.stringify, a minus zero.
  write: (value) =>
    Number.isFinite(value) ? (Object.is(value, -0) ? "-0" : value) : String(value),
};
