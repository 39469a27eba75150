/**
 * The messages every signal shares. Each `readX` reads up to the reader's limit; given what an earlier occurrence of the same
 * field left, it goes on from there, which is protobuf's rule for a message field that comes twice.
 */
import type { AnyValue, EntityRef, KeyValue, Resource, Scope } from "../model.ts";
import { hex } from "../wire/hex.ts";
import type { KeyTable } from "../wire/key-table.ts";
import type { ProtoReader } from "../wire/reader.ts";

/** The types of the model while they are being filled. */
export type Filling<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K];
};

export type FillingValue =
  | Exclude<AnyValue, { readonly arrayValue: object } | { readonly kvlistValue: object }>
  | { readonly arrayValue: { readonly values: AnyValue[] } }
  | { readonly kvlistValue: { readonly values: KeyValue[] } };

const EMPTY: FillingValue = Object.freeze({});

export function readAnyValue(r: ProtoReader, before: FillingValue = EMPTY): FillingValue {
  let value = before;
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x0a:
        value = { stringValue: r.text() };
        break;
      case 0x10:
        value = { boolValue: r.bool() };
        break;
      case 0x18:
        value = { intValue: r.int64() };
        break;
      case 0x21:
        value = { doubleValue: r.double() };
        break;
      case 0x2a: {
        const values = "arrayValue" in value ? value.arrayValue.values : [];
        value = { arrayValue: { values } };
        const outer = r.enterValue();
        readArray(r, values);
        r.leaveValue(outer);
        break;
      }
      case 0x32: {
        const values = "kvlistValue" in value ? value.kvlistValue.values : [];
        value = { kvlistValue: { values } };
        const outer = r.enterValue();
        readKeyValueList(r, values);
        r.leaveValue(outer);
        break;
      }
      case 0x3a:
        value = { bytesValue: r.copy() };
        break;
      case 0x40:
        value = { stringValueStrindex: r.int32() };
        break;
      default:
        r.skip(tag);
    }
  }
  return value;
}

function readArray(r: ProtoReader, values: AnyValue[]): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) {
      const outer = r.enter();
      values.push(readAnyValue(r));
      r.leave(outer);
    } else r.skip(tag);
  }
}

function readKeyValueList(r: ProtoReader, values: KeyValue[]): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) values.push(readKeyValue(r));
    else r.skip(tag);
  }
}

/** Enters a KeyValue field and reads it. */
export function readKeyValue(r: ProtoReader): KeyValue {
  const outer = r.enter();
  const pair = readKeyValueFields(r);
  r.leave(outer);
  return pair;
}

/** Enters a KeyValue field and reads it if its key is wanted. Everybody writes the key first; of who does not, it is read whole. */
export function readWanted(r: ProtoReader, keys: KeyTable, into: KeyValue[]): void {
  const outer = r.enter();
  const start = r.pos;
  if (r.more() && r.tag() === KEY && !isWanted(r, keys)) r.pos = r.limit;
  else {
    r.pos = start;
    const pair = readKeyValueFields(r);
    if (keys.indexOf(pair.key) >= 0) into.push(pair);
  }
  r.leave(outer);
}

function isWanted(r: ProtoReader, keys: KeyTable): boolean {
  const length = r.length();
  return keys.find(r.bytes, r.pos, length) >= 0;
}

const KEY = 0x0a;

export function readKeyValueFields(r: ProtoReader): KeyValue {
  let key = "";
  let value = EMPTY;
  let keyStrindex = 0;
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) key = r.text();
    else if (tag === 0x12) {
      const inner = r.enter();
      value = readAnyValue(r, value);
      r.leave(inner);
    } else if (tag === 0x18) keyStrindex = r.int32();
    else r.skip(tag);
  }
  return keyStrindex === 0 ? { key, value } : { key, value, keyStrindex };
}

/** Ids of whatever length they have: what that means differs by record. */
export function readId(r: ProtoReader): string {
  const length = r.length();
  const start = r.pos;
  r.pos = start + length;
  return hex(r.bytes, start, r.pos);
}

export function emptyResource(): Filling<Resource> {
  return { attributes: [], droppedAttributesCount: 0, entityRefs: [] };
}

export function readResource(r: ProtoReader, into: Filling<Resource>): void {
  const outer = r.enter();
  readResourceFields(r, into);
  r.leave(outer);
}

export function readResourceFields(r: ProtoReader, into: Filling<Resource>): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) into.attributes.push(readKeyValue(r));
    else if (tag === 0x10) into.droppedAttributesCount = r.uint32();
    else if (tag === 0x1a) into.entityRefs.push(readEntityRef(r));
    else r.skip(tag);
  }
}

function readEntityRef(r: ProtoReader): EntityRef {
  const entity: Filling<EntityRef> = { schemaUrl: "", type: "", idKeys: [], descriptionKeys: [] };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) entity.schemaUrl = r.text();
    else if (tag === 0x12) entity.type = r.text();
    else if (tag === 0x1a) entity.idKeys.push(r.text());
    else if (tag === 0x22) entity.descriptionKeys.push(r.text());
    else r.skip(tag);
  }
  r.leave(outer);
  return entity;
}

export function emptyScope(): Filling<Scope> {
  return { name: "", version: "", attributes: [], droppedAttributesCount: 0 };
}

export function readScope(r: ProtoReader, into: Filling<Scope>): void {
  const outer = r.enter();
  readScopeFields(r, into);
  r.leave(outer);
}

export function readScopeFields(r: ProtoReader, into: Filling<Scope>): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) into.name = r.text();
    else if (tag === 0x12) into.version = r.text();
    else if (tag === 0x1a) into.attributes.push(readKeyValue(r));
    else if (tag === 0x20) into.droppedAttributesCount = r.uint32();
    else r.skip(tag);
  }
}
