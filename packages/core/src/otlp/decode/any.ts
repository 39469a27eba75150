import { OtlpError } from "../otlp-error.ts";
import type { OtlpRequest } from "../request.ts";
import { decodeLogs } from "./logs.ts";
import { decodeMetrics } from "./metrics.ts";
import type { DecodeOptions } from "./request.ts";
import { decodeTraces } from "./spans.ts";

/**
 * A request in protobuf that does not say of which signal it is, as in files. The three look alike from outside; their times
 * tell: a span's start stands where a metric has a sum, a log record's times where neither has a number.
 */
export function decodeAny(bytes: Uint8Array, options?: DecodeOptions): OtlpRequest {
  const traces = attempt(bytes, options, decodeTraces);
  const spans = traces?.request.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((each) => each.spans),
  );
  if (traces !== undefined && spans?.some(({ startTimeUnixNano }) => startTimeUnixNano !== 0n))
    return { signal: "traces", request: traces.taken() };
  const logs = attempt(bytes, options, decodeLogs);
  const records = logs?.request.resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords),
  );
  const timed = records?.some((log) => log.timeUnixNano !== 0n || log.observedTimeUnixNano !== 0n);
  if (logs !== undefined && timed === true) return { signal: "logs", request: logs.taken() };
  return { signal: "metrics", request: decodeMetrics(bytes, options) };
}

interface Attempt<Request> {
  readonly request: Request;
  /** It was this: only now is told what it left out. */
  taken(): Request;
}

function attempt<Request>(
  bytes: Uint8Array,
  options: DecodeOptions | undefined,
  decode: (bytes: Uint8Array, options: DecodeOptions) => Request,
): Attempt<Request> | undefined {
  const rejected: OtlpError[] = [];
  try {
    const request = decode(bytes, { ...options, onRejected: (error) => void rejected.push(error) });
    return {
      request,
      taken() {
        for (const error of rejected) options?.onRejected?.(error);
        return request;
      },
    };
  } catch (error) {
    if (error instanceof OtlpError) return undefined;
    throw error;
  }
}
