/** Puts records that are encoded already into an export request, for any signal: they share one frame. */
import { ByteWriter, varintSize } from "./wire/writer.ts";

export interface EncodedScope {
  /** An InstrumentationScope message. */
  readonly scope: Uint8Array;
  readonly schemaUrl?: string | undefined;
  /** Records as fields (`12 LENGTH record`), end to end, in any number of pieces. */
  readonly records: readonly Uint8Array[];
}

export interface EncodedResource {
  /** A Resource message. */
  readonly resource: Uint8Array;
  readonly schemaUrl?: string | undefined;
  readonly scopes: readonly EncodedScope[];
}

/** The request in pieces, ready for a vectored write: the records are the very arrays that were given. */
export function frameRequest(resources: readonly EncodedResource[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (const { resource, schemaUrl, scopes } of resources) {
    const inner = scopes.map((group) => frame(0x12, group.scope, group.schemaUrl, group.records));
    // Not push(...): there may be more pieces than a call takes arguments.
    for (const piece of frame(0x0a, resource, schemaUrl, inner.flat())) pieces.push(piece);
  }
  return pieces;
}

/** The request in one piece. */
export function joinRequest(resources: readonly EncodedResource[]): Uint8Array {
  const pieces = frameRequest(resources);
  const w = new ByteWriter(sizeOf(pieces));
  for (const piece of pieces) w.raw(piece);
  return w.bytes;
}

/** Appends a record's message as a field of its scope's list. */
export function writeRecord(w: ByteWriter, message: Uint8Array): void {
  w.byte(0x12);
  w.varint(message.length);
  w.raw(message);
}

/** Both levels alike: `tag LENGTH`, the resource or scope as field 1, what it holds as fields 2, the schema URL as field 3. */
function frame(
  tag: number,
  head: Uint8Array,
  schemaUrl: string | undefined,
  content: readonly Uint8Array[],
): Uint8Array[] {
  const tail = schemaUrlField(schemaUrl);
  const size = 1 + varintSize(head.length) + head.length + sizeOf(content) + tail.length;
  const w = new ByteWriter(12 + head.length);
  w.byte(tag);
  w.varint(size);
  w.byte(0x0a);
  w.varint(head.length);
  w.raw(head);
  const pieces = [w.bytes.subarray(0, w.pos), ...content];
  if (tail.length > 0) pieces.push(tail);
  return pieces;
}

const NOTHING = new Uint8Array(0);

function schemaUrlField(schemaUrl = ""): Uint8Array {
  if (schemaUrl === "") return NOTHING;
  const w = new ByteWriter(schemaUrl.length * 3 + 6);
  w.byte(0x1a);
  w.text(schemaUrl);
  return w.take();
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  let size = 0;
  for (const piece of pieces) size += piece.length;
  return size;
}
