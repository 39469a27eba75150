import { setTimeout as pause } from "node:timers/promises";
import {
  decodeAny,
  decodeRequest,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  type OtlpRequest,
  parseJson,
  requestFromJson,
  type Signal,
  signalOfJson,
} from "@throughline/core/otlp";

import { type Connection, explained, refusedBy, Unreachable } from "../home/remote/connection.ts";
import type { Entry } from "./read-file.ts";

export interface Sent {
  readonly signal: Signal;
  readonly records: number;
  readonly rejected: number;
  /** Why some were rejected; empty when none were. */
  readonly reason: string;
}

/** Below what a server takes as JSON; larger requests go as protobuf, which it bounds less tightly. */
const mostJson = 4_000_000;

const mostTries = 8;

/** Sends one request as it stands in the file where that is possible: what it says is not for us to change. */
export async function sendEntry(connection: Connection, { bytes, form }: Entry): Promise<Sent> {
  // Records that we leave out the server refuses too: they are in its count of those.
  let leftOut = 0;
  const counting = { onRejected: () => void leftOut++ };
  if (form === "protobuf") {
    const { signal } = decodeAny(bytes);
    const records = recordsIn(decodeRequest(signal, bytes, counting)) + leftOut;
    return { signal, records, ...(await post(connection, signal, bytes, protobuf)) };
  }
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const parsed = parseJson(text);
  const signal = typeof parsed === "object" && parsed !== null ? signalOfJson(parsed) : undefined;
  if (signal === undefined) throw new NotOtlp(parsed);
  const request = requestFromJson(text, counting);
  const records = recordsIn(request) + leftOut;
  const [body, type] = bytes.length <= mostJson ? [bytes, json] : [encoded(request), protobuf];
  return { signal, records, ...(await post(connection, signal, body, type)) };
}

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

const protobuf = "application/x-protobuf";
const json = "application/json";

function encoded({ request, signal }: OtlpRequest): Uint8Array {
  if (signal === "traces") return encodeTraces(request);
  return signal === "logs" ? encodeLogs(request) : encodeMetrics(request);
}

function recordsIn({ request, signal }: OtlpRequest): number {
  let records = 0;
  if (signal === "traces")
    for (const { scopeSpans } of request.resourceSpans)
      for (const { spans } of scopeSpans) records += spans.length;
  else if (signal === "logs")
    for (const { scopeLogs } of request.resourceLogs)
      for (const { logRecords } of scopeLogs) records += logRecords.length;
  else
    for (const { scopeMetrics } of request.resourceMetrics)
      for (const { metrics } of scopeMetrics) records += metrics.length;
  return records;
}

async function post(
  connection: Connection,
  signal: Signal,
  body: Uint8Array,
  type: string,
): Promise<Pick<Sent, "rejected" | "reason">> {
  const { token, url } = connection;
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${url}/v1/${signal}`, {
      method: "POST",
      headers: { "content-type": type, ...(token && { authorization: `Bearer ${token}` }) },
      body: new Uint8Array(body),
    }).catch((error: unknown) => {
      throw Unreachable.because(url, error);
    });
    const answer = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return type === json ? partialInJson(answer) : partialInProtobuf(answer);
    const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
    if (tries >= mostTries || Number.isNaN(wait)) throw refusal(response, url, answer);
    await pause(Math.min(wait, 30) * 1_000);
  }
}

function refusal(response: Response, url: string, answer: Uint8Array): unknown {
  const said = new TextDecoder().decode(answer);
  const error = refusedBy(response.status, url, said);
  // A request that is bad stays bad: that is the file's line, not the server.
  return response.status === 400 || response.status === 413 ? error : explained(error);
}

function partialInJson(answer: Uint8Array): Pick<Sent, "rejected" | "reason"> {
  const said: unknown = JSON.parse(new TextDecoder().decode(answer) || "{}");
  const partial =
    typeof said === "object" && said !== null && "partialSuccess" in said
      ? said.partialSuccess
      : {};
  const values = new Map<string, unknown>(Object.entries(partial ?? {}));
  const reason = values.get("errorMessage");
  values.delete("errorMessage");
  const [rejected = 0] = values.values();
  return { rejected: Number(rejected), reason: typeof reason === "string" ? reason : "" };
}

/** `ExportPartialSuccess` within the one field of the answer: a number and a text. */
function partialInProtobuf(answer: Uint8Array): Pick<Sent, "rejected" | "reason"> {
  const [partial] = fieldsOf(answer);
  if (!(partial?.value instanceof Uint8Array)) return { rejected: 0, reason: "" };
  const fields = fieldsOf(partial.value);
  const rejected = fields.find(({ number }) => number === 1)?.value;
  const reason = fields.find(({ number }) => number === 2)?.value;
  return {
    rejected: typeof rejected === "number" ? rejected : 0,
    reason: reason instanceof Uint8Array ? new TextDecoder().decode(reason) : "",
  };
}

function fieldsOf(bytes: Uint8Array): { number: number; value: number | Uint8Array }[] {
  const fields = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const key = varint();
    const value = varint();
    if ((key & 7) !== 2) fields.push({ number: key >> 3, value });
    else fields.push({ number: key >> 3, value: bytes.subarray(at, (at += value)) });
  }
  return fields;
}
