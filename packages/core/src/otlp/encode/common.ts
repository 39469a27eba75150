/** The messages every signal shares, from the model to protobuf. Fields at their default are left out, as proto3 has it. */
import type { AnyValue, EntityRef, KeyValue, Resource, Scope } from "../model.ts";
import { ByteWriter } from "../wire/writer.ts";

export function textField(w: ByteWriter, tag: number, text: string): void {
  if (text === "") return;
  w.byte(tag);
  w.text(text);
}

export function bytesField(w: ByteWriter, tag: number, bytes: Uint8Array): void {
  w.byte(tag);
  w.varint(bytes.length);
  w.raw(bytes);
}

export function idField(w: ByteWriter, tag: number, id: string): void {
  if (id === "") return;
  w.byte(tag);
  w.hex(id);
}

export function uintField(w: ByteWriter, tag: number, value: number): void {
  if (value === 0) return;
  w.byte(tag);
  w.varint(value);
}

/** Enums and int32: negative ones take ten bytes. */
export function intField(w: ByteWriter, tag: number, value: number): void {
  if (value === 0) return;
  w.byte(tag);
  w.integer(value);
}

export function nanosField(w: ByteWriter, tag: number, nanos: bigint): void {
  if (nanos === 0n) return;
  w.byte(tag);
  w.fixed64(nanos);
}

/** A message field: its tag, and its content between open and close. */
export function messageField<T>(
  w: ByteWriter,
  tag: number,
  value: T,
  write: (w: ByteWriter, value: T) => void,
): void {
  w.byte(tag);
  const mark = w.open();
  write(w, value);
  w.close(mark);
}

export function messages<T>(
  w: ByteWriter,
  tag: number,
  values: readonly T[],
  write: (w: ByteWriter, value: T) => void,
): void {
  for (const value of values) messageField(w, tag, value, write);
}

export function writeAnyValue(w: ByteWriter, value: AnyValue): void {
  if ("stringValue" in value) {
    w.byte(0x0a);
    w.text(value.stringValue);
  } else if ("boolValue" in value) {
    w.byte(0x10);
    w.byte(value.boolValue ? 1 : 0);
  } else if ("intValue" in value) {
    w.byte(0x18);
    w.integer(value.intValue);
  } else if ("doubleValue" in value) {
    w.byte(0x21);
    w.double(value.doubleValue);
  } else if ("arrayValue" in value) {
    messageField(w, 0x2a, value.arrayValue.values, writeValues);
  } else if ("kvlistValue" in value) {
    messageField(w, 0x32, value.kvlistValue.values, writePairs);
  } else if ("bytesValue" in value) {
    bytesField(w, 0x3a, value.bytesValue);
  } else if ("stringValueStrindex" in value) {
    w.byte(0x40);
    w.integer(value.stringValueStrindex);
  }
}

function writeValues(w: ByteWriter, values: readonly AnyValue[]): void {
  messages(w, 0x0a, values, writeAnyValue);
}

function writePairs(w: ByteWriter, pairs: readonly KeyValue[]): void {
  messages(w, 0x0a, pairs, writeKeyValue);
}

export function writeKeyValue(w: ByteWriter, pair: KeyValue): void {
  textField(w, 0x0a, pair.key);
  messageField(w, 0x12, pair.value, writeAnyValue);
  intField(w, 0x18, pair.keyStrindex ?? 0);
}

export function writeResource(w: ByteWriter, resource: Resource): void {
  messages(w, 0x0a, resource.attributes, writeKeyValue);
  uintField(w, 0x10, resource.droppedAttributesCount);
  messages(w, 0x1a, resource.entityRefs, writeEntityRef);
}

function writeEntityRef(w: ByteWriter, entity: EntityRef): void {
  textField(w, 0x0a, entity.schemaUrl);
  textField(w, 0x12, entity.type);
  texts(w, 0x1a, entity.idKeys);
  texts(w, 0x22, entity.descriptionKeys);
}

function texts(w: ByteWriter, tag: number, values: readonly string[]): void {
  for (const value of values) {
    w.byte(tag);
    w.text(value);
  }
}

export function writeScope(w: ByteWriter, scope: Scope): void {
  textField(w, 0x0a, scope.name);
  textField(w, 0x12, scope.version);
  messages(w, 0x1a, scope.attributes, writeKeyValue);
  uintField(w, 0x20, scope.droppedAttributesCount);
}

export function encodeResource(resource: Resource): Uint8Array {
  return encoded(writeResource, resource);
}

export function encodeScope(scope: Scope): Uint8Array {
  return encoded(writeScope, scope);
}

export function encoded<T>(write: (w: ByteWriter, value: T) => void, value: T): Uint8Array {
  const w = new ByteWriter();
  write(w, value);
  return w.take();
}

interface ResourceHead {
  readonly resource: Resource | undefined;
  readonly schemaUrl: string;
}

interface ScopeHead {
  readonly scope: Scope | undefined;
  readonly schemaUrl: string;
}

/** What one resource sent, in the frame that is the same for every signal. */
export function writeGroup<S extends ScopeHead, T>(
  w: ByteWriter,
  { resource, schemaUrl }: ResourceHead,
  scopes: readonly S[],
  recordsOf: (scope: S) => readonly T[],
  writeRecord: (w: ByteWriter, record: T) => void,
): void {
  w.byte(0x0a);
  const mark = w.open();
  if (resource !== undefined) messageField(w, 0x0a, resource, writeResource);
  messages(w, 0x12, scopes, (_, group) => {
    if (group.scope !== undefined) messageField(w, 0x0a, group.scope, writeScope);
    messages(w, 0x12, recordsOf(group), writeRecord);
    textField(w, 0x1a, group.schemaUrl);
  });
  textField(w, 0x1a, schemaUrl);
  w.close(mark);
}
