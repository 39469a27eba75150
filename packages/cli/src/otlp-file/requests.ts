import {
  decodeAny,
  type DecodeOptions,
  type OtlpRequest,
  parseJson,
  requestFromJson,
} from "@throughline/core/otlp";

import type { Entry } from "./entries.ts";
import { text } from "./first-bytes.ts";

/** Valid JSON, and no export request. */
export class NotOtlp extends Error {
  override readonly name = "NotOtlp";

  constructor(parsed: unknown) {
    const isRecord = typeof parsed === "object" && parsed !== null && "record_id" in parsed;
    super(
      isRecord
        ? "a record as `export -o jsonl` and `show` give it, which lacks what OTLP needs; use `export -o otlp`"
        : "JSON, but no OTLP export request (resourceSpans, resourceLogs or resourceMetrics)",
    );
  }
}

/** The requests of an entry: one, or as many as a list has. Throws OtlpError or {@link NotOtlp}. */
export function requestsIn(
  { bytes, form }: Entry,
  options?: DecodeOptions,
): readonly OtlpRequest[] {
  if (form === "protobuf") return [decodeAny(bytes, options)];
  const parsed: unknown = parseJson(text(bytes));
  const all: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return all.map((each) => {
    if (!isRequest(each)) throw new NotOtlp(each);
    return requestFromJson(each, options);
  });
}

function isRequest(parsed: unknown): parsed is object {
  if (typeof parsed !== "object" || parsed === null) return false;
  return "resourceSpans" in parsed || "resourceLogs" in parsed || "resourceMetrics" in parsed;
}
