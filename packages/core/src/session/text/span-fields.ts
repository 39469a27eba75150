import { isId } from "../../otlp/skim/fields.ts";
import type { ProtoReader } from "../../otlp/wire/reader.ts";

/** Bytes of an id. */
export const TRACE_ID = 16;
export const SPAN_ID = 8;

/** Where things stand in a span's bytes. */
export interface SpanFields {
  traceAt: number;
  spanAt: number;
  /** -1 of a root. */
  parentAt: number;
  nameAt: number;
  nameEnd: number;
  startNs: bigint;
  endNs: bigint;
  statusCode: number;
  readonly attributes: number[];
  readonly events: number[];
  readonly links: number[];
}

/** Notes where everything stands, and reads none of it but times and the status. */
export function look(r: ProtoReader): SpanFields {
  const span: SpanFields = {
    traceAt: 0,
    spanAt: 0,
    parentAt: -1,
    nameAt: 0,
    nameEnd: 0,
    startNs: 0n,
    endNs: 0n,
    statusCode: 0,
    attributes: [],
    events: [],
    links: [],
  };
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x0a:
        span.traceAt = pass(r);
        break;
      case 0x12:
        span.spanAt = pass(r);
        break;
      case 0x22:
        span.parentAt = idAt(r, SPAN_ID);
        break;
      case 0x2a:
        span.nameAt = pass(r);
        span.nameEnd = r.pos;
        break;
      case 0x39:
        span.startNs = r.nanos();
        break;
      case 0x41:
        span.endNs = r.nanos();
        break;
      case 0x4a:
        span.attributes.push(pass(r), r.pos);
        break;
      case 0x5a:
        span.events.push(pass(r), r.pos);
        break;
      case 0x6a:
        span.links.push(pass(r), r.pos);
        break;
      case 0x7a:
        span.statusCode = readStatusCode(r, span.statusCode);
        break;
      default:
        r.skip(tag);
    }
  }
  return span;
}

/** Passes over text, bytes or a message, and tells where it began. */
export function pass(r: ProtoReader): number {
  const length = r.length();
  const start = r.pos;
  r.pos = start + length;
  return start;
}

function readStatusCode(r: ProtoReader, before: number): number {
  let code = before;
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x18) code = r.int32();
    else r.skip(tag);
  }
  r.leave(outer);
  return code;
}

/** Passes over an id and tells where it stands; -1 if it is none. */
export function idAt(r: ProtoReader, size: number): number {
  const at = pass(r);
  return isId(r.bytes, at, r.pos - at, size) ? at : -1;
}
