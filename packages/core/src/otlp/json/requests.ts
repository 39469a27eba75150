import type { DecodeOptions } from "../decode/request.ts";
import { limitsOf } from "../limits.ts";
import type { MetricsRequest } from "../metrics-model.ts";
import type { LogsRequest, TracesRequest } from "../model.ts";
import { OtlpError } from "../otlp-error.ts";
import type { Codec, JsonObject } from "./codec.ts";
import { logs } from "./logs.ts";
import { metrics } from "./metrics.ts";
import { JsonReading } from "./reading.ts";
import { traces } from "./spans.ts";

export type Signal = "traces" | "logs" | "metrics";

/** From JSON text, or from what a JSON parser made of it. Records that cannot be read are reported and left out. */
export function tracesFromJson(json: string | object, options?: DecodeOptions): TracesRequest {
  return fromJson(traces, json, options);
}

export function logsFromJson(json: string | object, options?: DecodeOptions): LogsRequest {
  return fromJson(logs, json, options);
}

export function metricsFromJson(json: string | object, options?: DecodeOptions): MetricsRequest {
  return fromJson(metrics, json, options);
}

export function tracesToJson(request: TracesRequest): JsonObject {
  return traces.write(request) as JsonObject;
}

export function logsToJson(request: LogsRequest): JsonObject {
  return logs.write(request) as JsonObject;
}

export function metricsToJson(request: MetricsRequest): JsonObject {
  return metrics.write(request) as JsonObject;
}

/** Which signal a parsed request carries, by its one top-level property. */
export function signalOfJson(json: object): Signal | undefined {
  if ("resourceSpans" in json) return "traces";
  if ("resourceLogs" in json) return "logs";
  return "resourceMetrics" in json ? "metrics" : undefined;
}

function fromJson<T>(
  codec: Codec<T>,
  json: string | object,
  options: DecodeOptions | undefined,
): T {
  const reading = new JsonReading(limitsOf(options), options?.onRejected);
  return codec.read(reading, typeof json === "string" ? parseJson(json) : json);
}

/** A bare integer of 16 digits or more, which as a number may come out as its neighbour. Matches inside strings do no harm. */
const LONG_INTEGER = /[[:,\s]-?\d{16,}\s*[,}\]]/;

/** OTLP wants 64-bit integers in quotes, and some emitters write times without them. */
export function parseJson(text: string): unknown {
  try {
    return LONG_INTEGER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new OtlpError("json-syntax", 0, "$");
    // A reviver walks down recursively.
    if (error instanceof RangeError) throw new OtlpError("depth", 0, "$");
    throw error;
  }
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  if (source === undefined || !/^-?\d+$/.test(source)) return value;
  const whole = BigInt(source);
  // JavaScript prints -2^63 as -9223372036854776000, which is none of 64 bits: then it was a double's.
  return BigInt.asIntN(65, whole) === whole && whole >= -(2n ** 63n) ? whole : value;
}
