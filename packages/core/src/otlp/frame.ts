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
  for (const group of resources) {
    const tail = schemaUrlField(group.schemaUrl);
    const head = field(0x0a, group.resource);
    const scopes = group.scopes.map(frameScope);
    const size = head.length + sizeOf(scopes.flat()) + tail.length;
    pieces.push(lead(0x0a, size), head, ...scopes.flat(), tail);
  }
  return pieces.filter((piece) => piece.length > 0);
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

function frameScope({ scope, schemaUrl, records }: EncodedScope): Uint8Array[] {
  const head = field(0x0a, scope);
  const tail = schemaUrlField(schemaUrl);
  return [lead(0x12, head.length + sizeOf(records) + tail.length), head, ...records, tail];
}

function field(tag: number, message: Uint8Array): Uint8Array {
  const w = new ByteWriter(message.length + 6);
  w.byte(tag);
  w.varint(message.length);
  w.raw(message);
  return w.take();
}

function schemaUrlField(schemaUrl = ""): Uint8Array {
  const w = new ByteWriter(schemaUrl.length * 3 + 6);
  if (schemaUrl !== "") {
    w.byte(0x1a);
    w.text(schemaUrl);
  }
  return w.take();
}

function lead(tag: number, length: number): Uint8Array {
  const w = new ByteWriter(1 + varintSize(length));
  w.byte(tag);
  w.varint(length);
  return w.take();
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
