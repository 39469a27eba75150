import { decodeTraces, type JsonValue, tracesToJson } from "@throughline/core/otlp";
import type { TraceBytes } from "@throughline/store";

import type { Visit } from "../door/visit.ts";
import { answer } from "../protocol/answer.ts";
import { jsonList } from "../protocol/json-list.ts";
import { unreadable } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import type { Ask } from "../protocol/ask.ts";
import { lengthField, numberField, textField } from "./protobuf.ts";

/** The first version of the door: `batches`, and 404 where there is no such trace. */
export const traceById: Ask = async (reader, visit, signal) => {
  const found = await reader.traceBytes(idOf(visit), { signal });
  if (found === undefined) throw new Refusal("no_trace");
  if (wantsProtobuf(visit)) return answer(visit, "application/protobuf", wholeOf(found));
  await answer(visit, json, `{"batches":${await resourceSpans(found)}}`);
};

const json = "application/json; charset=utf-8";
const partial = 1;

/** The second: the trace beside what is to be said of it; a trace that is not there is an empty one. */
export const traceByIdWithStatus: Ask = async (reader, visit, signal) => {
  const found = await reader.traceBytes(idOf(visit), { signal });
  const cut = found?.partial;
  if (!wantsProtobuf(visit)) {
    if (found === undefined) return answer(visit, json, `{"trace":{},"metrics":{}}`);
    const about = JSON.stringify({
      metrics: { inspectedBytes: String(wholeOf(found).length) },
      ...(cut !== undefined && { status: "PARTIAL", message: cut }),
    });
    const spans = await resourceSpans(found);
    return answer(visit, json, `{"trace":{"resourceSpans":${spans}},${about.slice(1)}`);
  }
  // Clients look into the trace without asking whether it is there.
  const parts = [lengthField(1, found === undefined ? new Uint8Array(0) : wholeOf(found))];
  if (cut !== undefined) parts.push(numberField(3, partial), textField(4, cut));
  await answer(visit, "application/protobuf", Buffer.concat(parts));
};

function idOf({ captured }: Visit): string {
  const given = captured[0] ?? "";
  if (!/^[0-9a-f]{1,32}$/i.test(given))
    throw unreadable("trace id", given, "up to 32 hexadecimal digits");
  return given.toLowerCase().padStart(32, "0");
}

function wantsProtobuf({ request }: Visit): boolean {
  return /application\/(?:x-)?protobuf/.test(request.headers.accept ?? "");
}

function wholeOf({ pieces }: TraceBytes): Uint8Array {
  return Buffer.concat(pieces);
}

async function resourceSpans({ pieces }: TraceBytes): Promise<string> {
  return jsonList(pieces, (piece) => {
    const request = inTempoJson(tracesToJson(decodeTraces(piece))["resourceSpans"] ?? []);
    // Without its brackets: the pieces make one list.
    return JSON.stringify(request).slice(1, -1);
  });
}

const kinds = [
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
];
const codes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/** OTLP's JSON has ids in hex and enums as numbers; Tempo's, like protobuf's own, has base64 and names. */
function inTempoJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inTempoJson);
  if (typeof value !== "object" || value === null) return value;
  const result: { [name: string]: JsonValue } = {};
  for (const [name, inner] of Object.entries(value)) {
    // What is in there is the emitter's, whatever it is called.
    if (name === "attributes") result[name] = inner;
    else if (/^(?:traceId|spanId|parentSpanId)$/.test(name) && typeof inner === "string")
      result[name] = Buffer.from(inner, "hex").toString("base64");
    else if (name === "kind" && typeof inner === "number") result[name] = kinds[inner] ?? inner;
    else if (name === "code" && typeof inner === "number") result[name] = codes[inner] ?? inner;
    else result[name] = inTempoJson(inner);
  }
  return result;
}
