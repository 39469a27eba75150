import type { MetricsRequest } from "../metrics-model.ts";
import type { LogsRequest, TracesRequest } from "../model.ts";
import { OtlpError } from "../otlp-error.ts";
import { decodeLogs } from "./logs.ts";
import { decodeMetrics } from "./metrics.ts";
import type { DecodeOptions } from "./request.ts";
import { decodeTraces } from "./spans.ts";

export type AnyRequest =
  | { readonly signal: "traces"; readonly request: TracesRequest }
  | { readonly signal: "logs"; readonly request: LogsRequest }
  | { readonly signal: "metrics"; readonly request: MetricsRequest };

/**
 * A request in protobuf that does not say of which signal it is, as in files. The three look alike from outside; their times
 * tell: a span's start stands where a metric has a sum, a log record's times where neither has a number.
 */
export function decodeAny(bytes: Uint8Array, options?: DecodeOptions): AnyRequest {
  const traces = attempt(() => decodeTraces(bytes, options));
  const spans = traces?.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans),
  );
  if (traces !== undefined && spans?.some(({ startTimeUnixNano }) => startTimeUnixNano !== 0n))
    return { signal: "traces", request: traces };
  const logs = attempt(() => decodeLogs(bytes, options));
  const records = logs?.resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords),
  );
  const timed = records?.some((log) => log.timeUnixNano !== 0n || log.observedTimeUnixNano !== 0n);
  if (logs !== undefined && timed === true) return { signal: "logs", request: logs };
  return { signal: "metrics", request: decodeMetrics(bytes, options) };
}

function attempt<Request>(decode: () => Request): Request | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof OtlpError) return undefined;
    throw error;
  }
}
