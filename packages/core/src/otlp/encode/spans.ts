import type { Span, SpanEvent, SpanLink, TracesRequest } from "../model.ts";
import { ByteWriter } from "../wire/writer.ts";
import {
  encoded,
  idField,
  intField,
  messageField,
  messages,
  nanosField,
  textField,
  uintField,
  writeGroup,
  writeKeyValue,
} from "./common.ts";

export function encodeTraces(request: TracesRequest): Uint8Array {
  const w = new ByteWriter();
  for (const group of request.resourceSpans) {
    writeGroup(w, group, group.scopeSpans, (scope) => scope.spans, writeSpan);
  }
  return w.take();
}

export function encodeSpan(span: Span): Uint8Array {
  return encoded(writeSpan, span);
}

function writeSpan(w: ByteWriter, span: Span): void {
  idField(w, 0x0a, span.traceId);
  idField(w, 0x12, span.spanId);
  textField(w, 0x1a, span.traceState);
  idField(w, 0x22, span.parentSpanId);
  textField(w, 0x2a, span.name);
  intField(w, 0x30, span.kind);
  nanosField(w, 0x39, span.startTimeUnixNano);
  nanosField(w, 0x41, span.endTimeUnixNano);
  messages(w, 0x4a, span.attributes, writeKeyValue);
  uintField(w, 0x50, span.droppedAttributesCount);
  messages(w, 0x5a, span.events, writeEvent);
  uintField(w, 0x60, span.droppedEventsCount);
  messages(w, 0x6a, span.links, writeLink);
  uintField(w, 0x70, span.droppedLinksCount);
  if (span.status.code !== 0 || span.status.message !== "") {
    messageField(w, 0x7a, span.status, writeStatus);
  }
  if (span.flags !== 0) {
    w.varint(0x85);
    w.fixed32(span.flags);
  }
}

function writeStatus(w: ByteWriter, status: Span["status"]): void {
  textField(w, 0x12, status.message);
  intField(w, 0x18, status.code);
}

function writeEvent(w: ByteWriter, event: SpanEvent): void {
  nanosField(w, 0x09, event.timeUnixNano);
  textField(w, 0x12, event.name);
  messages(w, 0x1a, event.attributes, writeKeyValue);
  uintField(w, 0x20, event.droppedAttributesCount);
}

function writeLink(w: ByteWriter, link: SpanLink): void {
  idField(w, 0x0a, link.traceId);
  idField(w, 0x12, link.spanId);
  textField(w, 0x1a, link.traceState);
  messages(w, 0x22, link.attributes, writeKeyValue);
  uintField(w, 0x28, link.droppedAttributesCount);
  if (link.flags !== 0) {
    w.byte(0x35);
    w.fixed32(link.flags);
  }
}
