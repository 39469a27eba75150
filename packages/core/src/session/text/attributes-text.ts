import { readKeyValueFields } from "../../otlp/decode/common.ts";
import type { ProtoReader } from "../../otlp/wire/reader.ts";
import { plainValue } from "../../record/plain.ts";
import { jsonValue } from "../record-json.ts";
import type { JsonText } from "./json-text.ts";

const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Protobuf tags: the first field of a KeyValue, an ArrayValue and a KeyValueList, and the second of a KeyValue. */
const FIRST = 0x0a;
const SECOND = 0x12;

/** Where messages of one field stand in a record: the start and the end of each, in turn. */
export type Messages = readonly number[];

/** Attributes as a map. Of a key that comes twice both are written: whoever parses takes the last one, as `plainMap` does. */
export function writeAttributes(json: JsonText, r: ProtoReader, pairs: Messages): void {
  json.sign(OPEN_MAP);
  const first = json.at;
  for (let i = 0; i < pairs.length; i += 2) {
    const before = json.at;
    if (before > first) json.sign(COMMA);
    const at = json.at;
    seek(r, pairs, i);
    if (writePair(json, r)) continue;
    json.rewind(at);
    seek(r, pairs, i);
    if (!decodePair(json, r)) json.rewind(before);
  }
  json.sign(CLOSE_MAP);
}

/** Enters the message whose start stands at `i`. */
export function seek(r: ProtoReader, messages: Messages, i: number): void {
  r.pos = messages[i]!;
  r.limit = messages[i + 1]!;
  r.depth = 0;
}

/** In whatever form protobuf allows; false where the key stands elsewhere, and the pair counts for nothing. */
function decodePair(json: JsonText, r: ProtoReader): boolean {
  const { key, keyStrindex, value } = readKeyValueFields(r);
  if (keyStrindex !== undefined) return false;
  json.value(key);
  json.sign(COLON);
  json.value(jsonValue(plainValue(value)));
  return true;
}

/** In the form in which everybody sends it: key, value, nothing else. False for any other, with some of it written. */
function writePair(json: JsonText, r: ProtoReader): boolean {
  if (!r.more() || r.tag() !== FIRST) return false;
  writeText(json, r);
  json.sign(COLON);
  if (!r.more() || r.tag() !== SECOND) return false;
  return r.length() === r.limit - r.pos && writeValue(json, r);
}

function writeValue(json: JsonText, r: ProtoReader): boolean {
  switch (r.more() ? r.tag() : undefined) {
    case undefined:
      json.ascii("null");
      break;
    case 0x0a:
      writeText(json, r);
      break;
    case 0x10:
      json.ascii(r.bool() ? "true" : "false");
      break;
    case 0x18:
      writeNumber(json, r.int64());
      break;
    case 0x21:
      writeNumber(json, r.double());
      break;
    case 0x2a:
      if (!writeItems(json, r, OPEN_LIST, CLOSE_LIST, writeValue)) return false;
      break;
    case 0x32:
      if (!writeItems(json, r, OPEN_MAP, CLOSE_MAP, writePair)) return false;
      break;
    default:
      return false;
  }
  return !r.more();
}

function writeItems(
  json: JsonText,
  r: ProtoReader,
  open: number,
  close: number,
  writeItem: (json: JsonText, r: ProtoReader) => boolean,
): boolean {
  const outer = r.enterValue();
  json.sign(open);
  for (let isFirst = true; r.more(); isFirst = false) {
    if (r.tag() !== FIRST) return false;
    if (!isFirst) json.sign(COMMA);
    const list = r.enter();
    if (!writeItem(json, r)) return false;
    r.leave(list);
  }
  json.sign(close);
  r.leaveValue(outer);
  return true;
}

function writeText(json: JsonText, r: ProtoReader): void {
  const length = r.length();
  const start = r.pos;
  r.pos = start + length;
  json.text(r, start, r.pos);
}

function writeNumber(json: JsonText, value: number | bigint): void {
  if (typeof value === "number" && Number.isFinite(value)) json.ascii(String(value));
  else json.value(jsonValue(value));
}
