import type { Receipt, Signal } from "@throughline/store";

import type { Refusal } from "../refusal/refusal.ts";

export type Format = "protobuf" | "json";

/** What the partial success of each signal calls the records it counts. */
const rejectedName: Readonly<Record<Signal, string>> = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
};

/** `Export{Trace,Logs,Metrics}ServiceResponse`: empty after full success, else what was rejected and why. */
export function exportResponse(signal: Signal, receipt: Receipt, format: Format): Uint8Array {
  const partial = receipt.rejected > 0 || receipt.reason !== "";
  if (format === "json") {
    if (!partial) return text("{}");
    const said: Record<string, string> = { errorMessage: receipt.reason };
    // A 64-bit number, so a string in OTLP's JSON.
    if (receipt.rejected > 0) said[rejectedName[signal]] = String(receipt.rejected);
    return text(JSON.stringify({ partialSuccess: said }));
  }
  if (!partial) return new Uint8Array(0);
  return field(1, concat(numberField(1, receipt.rejected), textField(2, receipt.reason)));
}

/** `google.rpc.Status`, which OTLP asks for as the body of every refusal. */
export function statusMessage(refusal: Refusal, format: Format): Uint8Array {
  const { grpc = 2 } = refusal.entry;
  const message = `${refusal.message} ${refusal.entry.todo}`;
  if (format === "json") return text(JSON.stringify({ code: grpc, message, details: [] }));
  const parts = [numberField(1, grpc), textField(2, message)];
  if (refusal.retryAfter !== undefined) parts.push(field(3, retryInfo(refusal.retryAfter)));
  return concat(...parts);
}

/** `google.protobuf.Any` with a `google.rpc.RetryInfo`: how gRPC says Retry-After. */
function retryInfo(seconds: number): Uint8Array {
  const info = field(1, numberField(1, seconds));
  return concat(textField(1, "type.googleapis.com/google.rpc.RetryInfo"), field(2, info));
}

function numberField(number: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array(0) : Uint8Array.of(number << 3, ...varint(value));
}

function textField(number: number, value: string): Uint8Array {
  return value === "" ? new Uint8Array(0) : field(number, text(value));
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of((number << 3) | 2, ...varint(bytes.length)), bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function text(value: string): Uint8Array {
  return Buffer.from(value, "utf8");
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
