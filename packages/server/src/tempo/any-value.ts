import type { PlainValue } from "@throughline/core/record";

export type ShownValue = PlainValue | undefined;

/** An OTLP value as Tempo's JSON has it. Plain records do not tell 1.0 from 1, so whole numbers are integers. */
export function anyValueJson(value: ShownValue): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "bigint":
      return { intValue: String(value) };
    case "number":
      return Number.isSafeInteger(value) ? { intValue: String(value) } : doubleJson(value);
    default:
      break;
  }
  if (value === null || value === undefined) return { stringValue: "nil" };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValueJson) } };
  return {
    kvlistValue: {
      values: Object.entries(value).map(([key, inner]) => ({ key, value: anyValueJson(inner) })),
    },
  };
}

export function doubleJson(value: number): object {
  return { doubleValue: numberJson(value) };
}

/** JSON has no such numbers; protobuf's has strings for them. */
export function numberJson(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
