import { OtlpError } from "../otlp-error.ts";
import type { OtlpRequest } from "../request.ts";
import { ProtoReader } from "../wire/reader.ts";
import { decodeLogs } from "./logs.ts";
import { decodeMetrics } from "./metrics.ts";
import type { DecodeOptions } from "./request.ts";
import { decodeTraces } from "./spans.ts";

/**
 * A request in protobuf that does not say of which signal it is, as in files. The three look alike from outside; their times
 * tell: a span's start stands where a metric has a sum, a log record's times where neither has a number.
 */
export function decodeAny(bytes: Uint8Array, options?: DecodeOptions): OtlpRequest {
  const order = beginsAsLogs(bytes) ? [logsIn, tracesIn] : [tracesIn, logsIn];
  for (const requestIn of order) {
    const request = requestIn(bytes, options);
    if (request !== undefined) return request;
  }
  return { signal: "metrics", request: decodeMetrics(bytes, options) };
}

function tracesIn(bytes: Uint8Array, options: DecodeOptions | undefined): OtlpRequest | undefined {
  const traces = attempt(bytes, options, decodeTraces);
  const spans = traces?.request.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((each) => each.spans),
  );
  const timed = spans?.some(({ startTimeUnixNano }) => startTimeUnixNano !== 0n);
  return traces !== undefined && timed === true
    ? { signal: "traces", request: traces.taken() }
    : undefined;
}

function logsIn(bytes: Uint8Array, options: DecodeOptions | undefined): OtlpRequest | undefined {
  const logs = attempt(bytes, options, decodeLogs);
  const records = logs?.request.resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords),
  );
  const timed = records?.some((log) => log.timeUnixNano !== 0n || log.observedTimeUnixNano !== 0n);
  return logs !== undefined && timed === true
    ? { signal: "logs", request: logs.taken() }
    : undefined;
}

/**
 * Whether the first record has a time where log records have theirs. No more than a hint what to try first: each log record
 * that is read as a span costs an error, a tenth of what reading it costs.
 */
function beginsAsLogs(bytes: Uint8Array): boolean {
  const r = new ProtoReader(bytes);
  try {
    // In the request a resource's records, in these a scope's, in these a record.
    for (const wanted of [0x0a, 0x12, 0x12]) if (!enterFirst(r, wanted)) return false;
    while (r.more()) {
      const tag = r.tag();
      if (tag === 0x09 || tag === 0x59) return true;
      r.skip(tag);
    }
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
  }
  return false;
}

function enterFirst(r: ProtoReader, wanted: number): boolean {
  while (r.more()) {
    const tag = r.tag();
    if (tag === wanted) {
      r.enter();
      return true;
    }
    r.skip(tag);
  }
  return false;
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
