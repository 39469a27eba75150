import { limitsOf } from "../limits.ts";
import type { Span, SpanEvent, SpanLink, TracesRequest } from "../model.ts";
import type { KeyTable } from "../wire/key-table.ts";
import { ProtoReader } from "../wire/reader.ts";
import { type Filling, readId, readKeyValue, readWanted } from "./common.ts";
import { NO_SPAN_ID, NO_TRACE_ID } from "./ids.ts";
import { type DecodeOptions, readRequest } from "./request.ts";

/** An ExportTraceServiceRequest (or TracesData, which has the same shape). */
export function decodeTraces(bytes: Uint8Array, options?: DecodeOptions): TracesRequest {
  return {
    resourceSpans: readRequest(bytes, options, (r) => readSpan(r)).map(
      ({ resource, scopes, schemaUrl }) => ({
        resource,
        scopeSpans: scopes.map(({ scope, records, schemaUrl: scopeSchemaUrl }) => ({
          scope,
          spans: records,
          schemaUrl: scopeSchemaUrl,
        })),
        schemaUrl,
      }),
    ),
  };
}

/** The bytes of one Span message. */
export function decodeSpan(bytes: Uint8Array, options?: DecodeOptions): Span {
  return readSpan(new ProtoReader(bytes, limitsOf(options)));
}

/** What of a span is wanted beyond its own fields. */
export interface SpanPart {
  /** By key. */
  readonly attributes: KeyTable;
  readonly events: boolean;
  readonly links: boolean;
}

/** A span with no more than is wanted: who counts a million of them looks at two attributes of twenty. */
export function decodeSpanPart(bytes: Uint8Array, part: SpanPart): Span {
  return readSpan(new ProtoReader(bytes), part);
}

function readSpan(r: ProtoReader, part?: SpanPart): Span {
  const start = r.pos;
  const span: Filling<Span> = {
    traceId: "",
    spanId: "",
    traceState: "",
    parentSpanId: "",
    flags: 0,
    name: "",
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { message: "", code: 0 },
  };
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x0a:
        span.traceId = readId(r);
        break;
      case 0x12:
        span.spanId = readId(r);
        break;
      case 0x1a:
        span.traceState = r.text();
        break;
      case 0x22:
        span.parentSpanId = readId(r);
        break;
      case 0x2a:
        span.name = r.text();
        break;
      case 0x30:
        span.kind = r.int32();
        break;
      case 0x39:
        span.startTimeUnixNano = r.nanos();
        break;
      case 0x41:
        span.endTimeUnixNano = r.nanos();
        break;
      case 0x4a:
        if (part === undefined) span.attributes.push(readKeyValue(r));
        else readWanted(r, part.attributes, span.attributes);
        break;
      case 0x50:
        span.droppedAttributesCount = r.uint32();
        break;
      case 0x5a:
        if (part?.events === false) r.skip(tag);
        else span.events.push(readEvent(r));
        break;
      case 0x60:
        span.droppedEventsCount = r.uint32();
        break;
      case 0x6a:
        if (part?.links === false) r.skip(tag);
        else span.links.push(readLink(r));
        break;
      case 0x70:
        span.droppedLinksCount = r.uint32();
        break;
      case 0x7a:
        span.status = readStatus(r, span.status);
        break;
      case 0x85:
        span.flags = r.fixed32();
        break;
      default:
        r.skip(tag);
    }
  }
  if (span.traceId.length !== 32 || span.traceId === NO_TRACE_ID) r.fail("trace-id", start);
  if (span.spanId.length !== 16 || span.spanId === NO_SPAN_ID) r.fail("span-id", start);
  // Some emitters write a root's parent as zeros.
  if (span.parentSpanId === NO_SPAN_ID) span.parentSpanId = "";
  if (span.parentSpanId.length !== 16 && span.parentSpanId !== "") r.fail("parent-id", start);
  if (span.attributes.length > r.limits.maxAttributes) r.fail("attributes", start);
  return span;
}

function readStatus(r: ProtoReader, before: Span["status"]): Span["status"] {
  let { message, code } = before;
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x12) message = r.text();
    else if (tag === 0x18) code = r.int32();
    else r.skip(tag);
  }
  r.leave(outer);
  return { message, code };
}

function readEvent(r: ProtoReader): SpanEvent {
  const event: Filling<SpanEvent> = {
    timeUnixNano: 0n,
    name: "",
    attributes: [],
    droppedAttributesCount: 0,
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x09) event.timeUnixNano = r.nanos();
    else if (tag === 0x12) event.name = r.text();
    else if (tag === 0x1a) event.attributes.push(readKeyValue(r));
    else if (tag === 0x20) event.droppedAttributesCount = r.uint32();
    else r.skip(tag);
  }
  r.leave(outer);
  return event;
}

function readLink(r: ProtoReader): SpanLink {
  const link: Filling<SpanLink> = {
    traceId: "",
    spanId: "",
    traceState: "",
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) link.traceId = readId(r);
    else if (tag === 0x12) link.spanId = readId(r);
    else if (tag === 0x1a) link.traceState = r.text();
    else if (tag === 0x22) link.attributes.push(readKeyValue(r));
    else if (tag === 0x28) link.droppedAttributesCount = r.uint32();
    else if (tag === 0x35) link.flags = r.fixed32();
    else r.skip(tag);
  }
  r.leave(outer);
  return link;
}
