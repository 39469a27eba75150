import { setTimeout as pause } from "node:timers/promises";
import {
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  type OtlpError,
  type OtlpRequest,
  type Signal,
} from "@throughline/core/otlp";

import { type Connection, explained, refusedBy, Unreachable } from "../home/remote/connection.ts";
import type { Entry } from "../otlp-file/entries.ts";
import { requestsIn } from "../otlp-file/requests.ts";

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

/** Sends requests as they stand in the file where that is possible: what they say is not for us to change. */
export async function* sendEntry(connection: Connection, entry: Entry): AsyncGenerator<Sent> {
  const { bytes, form } = entry;
  let leftOut = 0;
  let reason = "";
  const onRejected = (error: OtlpError): void => {
    if (leftOut++ === 0) reason = error.message;
  };
  const requests = requestsIn(entry, { onRejected });
  const [only] = requests;
  if (only === undefined) return;
  const { signal } = only;
  if (requests.length === 1 && (form === "protobuf" || bytes.length <= mostJson)) {
    // Records that can't be read the server refuses too: they are in its count.
    const records = recordsIn(only) + leftOut;
    const type = form === "protobuf" ? protobuf : json;
    yield { signal, records, ...(await post(connection, signal, bytes, type)) };
    return;
  }
  for (const each of requests) {
    const answer = await post(connection, each.signal, encoded(each), protobuf);
    yield { signal: each.signal, records: recordsIn(each), ...answer };
  }
  if (leftOut > 0) yield { signal, records: leftOut, rejected: leftOut, reason };
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
