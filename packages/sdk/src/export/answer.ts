import { fieldBytes, fieldNumber, readFields } from "./fields.ts";

/** What became of one request, in the terms of OTLP's retry rules. */
export type Answer =
  | { readonly kind: "delivered"; readonly rejected: number; readonly message: string }
  | {
      readonly kind: "later";
      readonly afterMs: number | undefined;
      readonly message: string;
      /** The connection was refused: no collector runs there, or it is being restarted. */
      readonly nobody?: boolean;
    }
  | { readonly kind: "never"; readonly message: string };

/** One after which the chunk needs nobody's memory any more. */
export type FinalAnswer = Exclude<Answer, { readonly kind: "later" }>;

/** A connection that can't be made, breaks or stays silent. */
export function brokenAnswer(error: unknown): Answer {
  const nobody = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
  return { kind: "later", afterMs: undefined, message: String(error), nobody };
}

const retryableHttp = new Set([429, 502, 503, 504]);

/** Only the four statuses that OTLP names may be tried again; 400 never (a bad request stays bad). */
export function httpAnswer(
  status: number,
  headers: { readonly [name: string]: string | string[] | undefined },
  body: Uint8Array,
): Answer {
  if (status >= 200 && status < 300) {
    return headers["content-type"]?.includes("json") === true
      ? { kind: "delivered", rejected: 0, message: "" }
      : deliveredAnswer(body);
  }
  const message = `the collector answered ${status}`;
  return retryableHttp.has(status)
    ? { kind: "later", afterMs: retryAfterMs(headers["retry-after"]), message }
    : { kind: "never", message };
}

/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. */
const retryableGrpc = new Set([1, 4, 10, 11, 14, 15]);
const resourceExhausted = 8;

/** `details` is a google.rpc.Status; a full collector (RESOURCE_EXHAUSTED) counts as away only if it says for how long. */
export function grpcAnswer(status: number, details: Uint8Array, body: Uint8Array): Answer {
  if (status === 0) return deliveredAnswer(body);
  const afterMs = retryInfoMs(details);
  const message = `the collector answered gRPC status ${status}`;
  return retryableGrpc.has(status) || (status === resourceExhausted && afterMs !== undefined)
    ? { kind: "later", afterMs, message }
    : { kind: "never", message };
}

/** ExportTraceServiceResponse and ExportLogsServiceResponse look alike: partial_success = 1 { rejected = 1, message = 2 }. */
function deliveredAnswer(body: Uint8Array): Answer {
  if (body.length === 0) return { kind: "delivered", rejected: 0, message: "" };
  const partial = fieldBytes(body, 1);
  const message = new TextDecoder().decode(fieldBytes(partial, 2).subarray(0, 300));
  return { kind: "delivered", rejected: fieldNumber(partial, 1), message };
}

/** A number of seconds or an HTTP date. */
export function retryAfterMs(
  header: string | readonly string[] | undefined,
  now: number = Date.now(),
): number | undefined {
  const text = typeof header === "string" ? header.trim() : "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Status.details = 3 holds google.protobuf.Any; RetryInfo.retry_delay = 1 is a Duration { seconds = 1, nanos = 2 }. */
function retryInfoMs(details: Uint8Array): number | undefined {
  for (const { number, value } of readFields(details)) {
    if (number !== 3 || typeof value === "number") continue;
    if (!new TextDecoder().decode(fieldBytes(value, 1)).endsWith("/google.rpc.RetryInfo")) continue;
    const delay = fieldBytes(fieldBytes(value, 2), 1);
    return fieldNumber(delay, 1) * 1_000 + fieldNumber(delay, 2) / 1e6;
  }
  return undefined;
}

const firstMs = 100;
const longestMs = 5_000;

/** How long to leave a collector alone that did not say so itself; `random` spreads many processes over the interval. */
export function backOffMs(failures: number, random: number = Math.random()): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16));
  return full * (0.5 + random / 2);
}
