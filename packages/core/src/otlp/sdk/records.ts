/**
 * Spans and log records of a JavaScript SDK straight to protobuf, at the moment they end.
 *
 * Each is appended to the writer as one field of its scope's list (`12 LENGTH record`), so that many of them, one after the
 * other, are what {@link frameRequest} puts between scope and schema URL without touching them again. A getter among the
 * attributes may throw: setting the writer's `pos` back to where it was takes away what was begun.
 */
import { ByteWriter } from "../wire/writer.ts";
import type {
  HeldEvent,
  HeldLink,
  HeldLog,
  HeldScope,
  HeldSpan,
  HeldSpanContext,
  HeldAttributes,
  HrTime,
} from "./held.ts";
import { writeAttributes, writeValue } from "./values.ts";

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** A span without content and with some attributes takes two bytes of length. */
const USUAL_RECORD = 1000;

/**
 * Ids, times and what is encoded already come first, so that the texts of a record stand together: gives their number of
 * bytes, at the end of what was written.
 */
export function writeHeldSpan(w: ByteWriter, span: HeldSpan): number {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  const { compact } = span;
  w.byte(0x12);
  const mark = w.open(USUAL_RECORD);
  writeHex(w, 0x0a, context.traceId);
  writeHex(w, 0x12, context.spanId);
  writeHex(w, 0x22, parent?.spanId);
  w.byte(0x30);
  w.varint(span.kind + 1);
  writeTime(w, 0x39, span.startTime);
  writeTime(w, 0x41, span.endTime);
  w.varint(0x85);
  w.fixed32(flagsOf(context.traceFlags, parent));
  if (compact !== undefined) for (const { encoded } of compact.shared) w.raw(encoded);
  const texts = w.pos;
  writeText(w, 0x1a, context.traceState?.serialize());
  if (compact?.name === undefined) writeText(w, 0x2a, span.name);
  writeAttributes(w, 0x4a, compact === undefined ? span.attributes : compact.attributes);
  writeCount(w, 0x50, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(w, event);
  writeCount(w, 0x60, span.droppedEventsCount);
  for (const link of span.links) writeLink(w, link);
  writeCount(w, 0x70, span.droppedLinksCount);
  writeStatus(w, span.status);
  const size = w.pos - texts;
  w.close(mark);
  return size;
}

/** Attributes of a span, and its name, for {@link CompactAttributes}. */
export function writeHeldShare(w: ByteWriter, attributes: HeldAttributes, name?: string): void {
  writeText(w, 0x2a, name);
  writeAttributes(w, 0x4a, attributes);
}

function writeEvent(w: ByteWriter, event: HeldEvent): void {
  w.byte(0x5a);
  const mark = w.open(USUAL_RECORD);
  writeTime(w, 0x09, event.time);
  writeText(w, 0x12, event.name);
  if (event.attributes !== undefined) writeAttributes(w, 0x1a, event.attributes);
  writeCount(w, 0x20, event.droppedAttributesCount);
  w.close(mark);
}

function writeLink(w: ByteWriter, link: HeldLink): void {
  w.byte(0x6a);
  const mark = w.open();
  writeHex(w, 0x0a, link.context.traceId);
  writeHex(w, 0x12, link.context.spanId);
  writeText(w, 0x1a, link.context.traceState?.serialize());
  if (link.attributes !== undefined) writeAttributes(w, 0x22, link.attributes);
  writeCount(w, 0x28, link.droppedAttributesCount);
  w.byte(0x35);
  w.fixed32(flagsOf(link.context.traceFlags, link.context));
  w.close(mark);
}

function writeStatus(w: ByteWriter, { code, message }: HeldSpan["status"]): void {
  if (code === 0 && (message === undefined || message === "")) return;
  w.byte(0x7a);
  const mark = w.open();
  writeText(w, 0x12, message);
  writeCount(w, 0x18, code);
  w.close(mark);
}

/** As {@link writeHeldSpan}. */
export function writeHeldLog(w: ByteWriter, log: HeldLog): number {
  const context = log.spanContext;
  w.byte(0x12);
  const mark = w.open(USUAL_RECORD);
  writeTime(w, 0x09, log.hrTime);
  writeTime(w, 0x59, log.hrTimeObserved);
  writeCount(w, 0x10, log.severityNumber);
  if (context !== undefined) {
    if (context.traceFlags !== 0) {
      w.byte(0x45);
      w.fixed32(context.traceFlags);
    }
    writeHex(w, 0x4a, context.traceId);
    writeHex(w, 0x52, context.spanId);
  }
  const texts = w.pos;
  writeText(w, 0x1a, log.severityText);
  if (log.body !== undefined) {
    w.byte(0x2a);
    const body = w.open(typeof log.body === "string" ? log.body.length + 4 : 0);
    writeValue(w, log.body);
    w.close(body);
  }
  writeAttributes(w, 0x32, log.attributes);
  writeCount(w, 0x38, log.droppedAttributesCount);
  writeText(w, 0x62, log.eventName);
  const size = w.pos - texts;
  w.close(mark);
  return size;
}

/** A Resource message. */
export function encodeHeldResource(attributes: HeldAttributes): Uint8Array {
  const w = new ByteWriter();
  writeAttributes(w, 0x0a, attributes);
  return w.take();
}

/** An InstrumentationScope message. */
export function encodeHeldScope(scope: HeldScope): Uint8Array {
  const w = new ByteWriter();
  writeText(w, 0x0a, scope.name);
  writeText(w, 0x12, scope.version);
  if (scope.attributes !== undefined) writeAttributes(w, 0x1a, scope.attributes);
  writeCount(w, 0x20, scope.droppedAttributesCount);
  return w.take();
}

function flagsOf(traceFlags: number, of: HeldSpanContext | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (of?.isRemote === true ? IS_REMOTE : 0);
}

function writeText(w: ByteWriter, tag: number, text: string | undefined): void {
  if (text === undefined || text === "") return;
  w.byte(tag);
  w.text(text);
}

function writeHex(w: ByteWriter, tag: number, id: string | undefined): void {
  if (id === undefined || id === "") return;
  w.byte(tag);
  w.hex(id);
}

function writeCount(w: ByteWriter, tag: number, count: number | undefined): void {
  if (count === undefined || count === 0) return;
  w.byte(tag);
  w.varint(count);
}

/** Seconds * 10^9 + nanoseconds as two halves, without a bigint: the seconds are split so that each product stays exact. */
function writeTime(w: ByteWriter, tag: number, [seconds, nanos]: HrTime): void {
  const upper = Math.floor(seconds / 65_536) * 1e9;
  const lower = (seconds % 65_536) * 1e9 + nanos + (upper % 65_536) * 65_536;
  w.byte(tag);
  w.fixed64Halves(lower, Math.floor(upper / 65_536) + Math.floor(lower / 4294967296));
}
