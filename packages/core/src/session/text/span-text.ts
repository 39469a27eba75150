import { outcomeKeys, readOutcome } from "../../dialects/index.ts";
import { decodeSpan } from "../../otlp/decode/spans.ts";
import { KeyTable } from "../../otlp/wire/key-table.ts";
import { ProtoReader } from "../../otlp/wire/reader.ts";
import { spanRecord, statusName } from "../../record/convert.ts";
import type { Resource, Scope, StatusName } from "../../record/record.ts";
import { type RecordPlace, serviceOf } from "../record-json.ts";
import { type Messages, seek, writeAttributes } from "./attributes-text.ts";
import { JsonText } from "./json-text.ts";
import { idAt, look, pass, SPAN_ID, type SpanFields, TRACE_ID } from "./span-fields.ts";

/** Where a record came from. */
export interface RecordOrigin {
  readonly resource: Resource;
  readonly scope: Scope;
}

/** The tag of a key in its attribute. */
const KEY = 0x0a;

const telling = new KeyTable(outcomeKeys);

/** One for the process: a record is written in one go. */
const json = new JsonText();

/**
 * The JSON of a span as text, from its bytes: what `sessionRecordOf` says of the decoded span, which the writer of the bytes must
 * have found sound. From protobuf to text without an object or a string of each attribute costs a third of decoding it and
 * making JSON of that.
 */
export function spanText(
  bytes: Uint8Array,
  origin: RecordOrigin,
  place: RecordPlace & { readonly step: string | null },
): string {
  const r = new ProtoReader(bytes);
  const span = look(r);
  const { nameAt, nameEnd, parentAt, spanAt, traceAt } = span;
  const status = statusName(span.statusCode);
  // What a record that failed has left.
  json.rewind(0);
  json.ascii('{"kind":"span","record_id":');
  json.word(place.recordId);
  json.ascii(',"trace_id":"');
  json.hex(bytes, traceAt, traceAt + TRACE_ID);
  json.ascii('","span_id":"');
  json.hex(bytes, spanAt, spanAt + SPAN_ID);
  json.ascii('","parent_span_id":"');
  if (parentAt >= 0) json.hex(bytes, parentAt, parentAt + SPAN_ID);
  json.ascii('","session_id":');
  json.string(place.sessionId);
  json.ascii(',"membership":');
  json.word(place.membership);
  json.ascii(',"step":');
  json.word(place.step);
  json.ascii(',"name":');
  json.text(r, nameAt, nameEnd);
  json.ascii(',"start_ns":');
  json.word(String(span.startNs));
  json.ascii(',"end_ns":');
  json.word(span.endNs === 0n ? null : String(span.endNs));
  json.ascii(',"severity":null,"status":');
  json.word(status);
  json.ascii(',"outcome":');
  json.word(place.step === null ? null : outcomeOf(r, span, status, origin));
  json.ascii(',"service":');
  json.string(serviceOf(origin));
  json.ascii(',"scope":');
  json.string(origin.scope.name);
  json.ascii(',"attributes":');
  writeAttributes(json, r, span.attributes);
  json.ascii(',"body":null,"events":[');
  writeEvents(r, span.events);
  json.ascii('],"links":[');
  writeLinks(r, span.links);
  json.ascii("]}");
  return json.take();
}

/** Most spans have no attribute that could tell, and are not decoded for it. */
function outcomeOf(
  r: ProtoReader,
  { attributes }: SpanFields,
  status: StatusName,
  { resource, scope }: RecordOrigin,
): string | null {
  for (let i = 0; i < attributes.length; i += 2) {
    seek(r, attributes, i);
    if (mayTell(r)) return readOutcome(spanRecord(decodeSpan(r.bytes), resource, scope)) ?? null;
  }
  return status === "unset" ? null : status;
}

/** Unless its key comes first, and is one that tells nothing. */
function mayTell(r: ProtoReader): boolean {
  if (!r.more() || r.tag() !== KEY) return true;
  const at = pass(r);
  return telling.find(r.bytes, at, r.pos - at) >= 0;
}

function writeEvents(r: ProtoReader, events: Messages): void {
  for (let i = 0; i < events.length; i += 2) {
    let nameAt = 0;
    let nameEnd = 0;
    let timeNs = 0n;
    const attributes: number[] = [];
    seek(r, events, i);
    while (r.more()) {
      const tag = r.tag();
      if (tag === 0x09) timeNs = r.nanos();
      else if (tag === 0x12) {
        nameAt = pass(r);
        nameEnd = r.pos;
      } else if (tag === 0x1a) attributes.push(pass(r), r.pos);
      else r.skip(tag);
    }
    json.ascii(i === 0 ? '{"name":' : ',{"name":');
    json.text(r, nameAt, nameEnd);
    json.ascii(',"time_ns":');
    json.word(String(timeNs));
    json.ascii(',"attributes":');
    writeAttributes(json, r, attributes);
    json.ascii("}");
  }
}

/** A link without a valid target leads nowhere. */
function writeLinks(r: ProtoReader, links: Messages): void {
  let isFirst = true;
  for (let i = 0; i < links.length; i += 2) {
    let traceAt = -1;
    let spanAt = -1;
    const attributes: number[] = [];
    seek(r, links, i);
    while (r.more()) {
      const tag = r.tag();
      if (tag === 0x0a) traceAt = idAt(r, TRACE_ID);
      else if (tag === 0x12) spanAt = idAt(r, SPAN_ID);
      else if (tag === 0x22) attributes.push(pass(r), r.pos);
      else r.skip(tag);
    }
    if (traceAt < 0 || spanAt < 0) continue;
    json.ascii(isFirst ? '{"trace_id":"' : ',{"trace_id":"');
    json.hex(r.bytes, traceAt, traceAt + TRACE_ID);
    json.ascii('","span_id":"');
    json.hex(r.bytes, spanAt, spanAt + SPAN_ID);
    json.ascii('","attributes":');
    writeAttributes(json, r, attributes);
    json.ascii("}");
    isFirst = false;
  }
}
