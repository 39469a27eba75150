/** An export request of whatever signal, from either encoding. */
import { decodeLogs } from "./decode/logs.ts";
import { decodeMetrics } from "./decode/metrics.ts";
import type { DecodeOptions } from "./decode/request.ts";
import { decodeTraces } from "./decode/spans.ts";
import {
  logsFromJson,
  metricsFromJson,
  parseJson,
  type Signal,
  signalOfJson,
  tracesFromJson,
} from "./json/requests.ts";
import type { MetricsRequest } from "./metrics-model.ts";
import type { LogsRequest, TracesRequest } from "./model.ts";
import { OtlpError } from "./otlp-error.ts";

export type OtlpRequest =
  | { readonly signal: "traces"; readonly request: TracesRequest }
  | { readonly signal: "logs"; readonly request: LogsRequest }
  | { readonly signal: "metrics"; readonly request: MetricsRequest };

/** Protobuf does not say which signal it is: endpoint or file name do. */
export function decodeRequest(
  signal: Signal,
  bytes: Uint8Array,
  options?: DecodeOptions,
): OtlpRequest {
  if (signal === "traces") return { signal, request: decodeTraces(bytes, options) };
  if (signal === "logs") return { signal, request: decodeLogs(bytes, options) };
  return { signal, request: decodeMetrics(bytes, options) };
}

/** A request as JSON text or parsed JSON; its top-level property tells the signal. */
export function requestFromJson(json: string | object, options?: DecodeOptions): OtlpRequest {
  const parsed = typeof json === "string" ? parseJson(json) : json;
  if (typeof parsed !== "object" || parsed === null) throw new OtlpError("json-type", 0, "$");
  const signal = signalOfJson(parsed);
  if (signal === "traces") return { signal, request: tracesFromJson(parsed, options) };
  if (signal === "logs") return { signal, request: logsFromJson(parsed, options) };
  if (signal === "metrics") return { signal, request: metricsFromJson(parsed, options) };
  throw new OtlpError("json-signal", 0, "$");
}
