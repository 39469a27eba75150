import type { PlainMap, PlainValue, SpanRecord } from "../record/record.ts";

/** Ids, times, kind, status and framing of a span without attributes, in OTLP protobuf. */
const BARE = 90;
const FRAMING = 8;
const DEEPEST = 16;

/** About what a span takes in OTLP protobuf; text counts by its UTF-16 length. */
export function spanSize(span: SpanRecord): number {
  let size = BARE + span.name.length + span.status.message.length + mapSize(span.attributes, 0);
  for (const event of span.events)
    size += FRAMING * 2 + event.name.length + mapSize(event.attributes, 0);
  for (const link of span.links) size += 32 + mapSize(link.attributes, 0);
  return size;
}

function mapSize(attributes: PlainMap, depth: number): number {
  let size = 0;
  for (const key in attributes) size += FRAMING + key.length + valueSize(attributes[key], depth);
  return size;
}

function valueSize(value: PlainValue | undefined, depth: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > DEEPEST) return FRAMING;
  if (value instanceof Uint8Array) return value.length;
  if (isList(value))
    return value.reduce<number>((size, item) => size + FRAMING + valueSize(item, depth + 1), 0);
  return mapSize(value, depth + 1);
}

function isList(value: readonly PlainValue[] | PlainMap): value is readonly PlainValue[] {
  return Array.isArray(value);
}
