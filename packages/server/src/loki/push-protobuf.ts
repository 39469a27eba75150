import { QueryError } from "@throughline/query";
import { parseSelector } from "@throughline/query/logql";

import { Refusal } from "../refusal/refusal.ts";
import type { PushedEntry, PushedStream } from "./pushed.ts";

const utf8 = new TextDecoder();

/** Loki's PushRequest: streams = 1 { labels = 1, entries = 2 { timestamp = 1, line = 2, structuredMetadata = 3 } }. */
export function pushFromProtobuf(bytes: Uint8Array): readonly PushedStream[] {
  return messagesIn(bytes, 1).map((stream) => ({
    labels: labelsOf(textIn(stream, 1)),
    entries: messagesIn(stream, 2).map(entryOf),
  }));
}

function entryOf(bytes: Uint8Array): PushedEntry {
  const [time = new Uint8Array(0)] = messagesIn(bytes, 1);
  return {
    timeNs: numberIn(time, 1) * 1_000_000_000n + numberIn(time, 2),
    line: textIn(bytes, 2),
    metadata: new Map(messagesIn(bytes, 3).map((pair) => [textIn(pair, 1), textIn(pair, 2)])),
  };
}

/** `{service_name="shop", env="test"}`. */
function labelsOf(text: string): ReadonlyMap<string, string> {
  try {
    const matchers = parseSelector(text);
    if (matchers.every(({ operator }) => operator === "="))
      return new Map(matchers.map(({ label, value }) => [label, value]));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
  }
  throw new Refusal("bad_push", `It says: "${text.slice(0, 80)}" are no labels.`);
}

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly value: bigint;
}

function messagesIn(bytes: Uint8Array, number: number): Uint8Array[] {
  return fieldsIn(bytes).flatMap((field) => (field.number === number ? [field.bytes] : []));
}

function textIn(bytes: Uint8Array, number: number): string {
  return utf8.decode(messagesIn(bytes, number).at(-1));
}

function numberIn(bytes: Uint8Array, number: number): bigint {
  return fieldsIn(bytes).findLast((field) => field.number === number)?.value ?? 0n;
}

function fieldsIn(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw cut();
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw cut();
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        fields.push({ number, bytes: bytes.subarray(0, 0), value: BigInt.asIntN(64, varint()) });
        break;
      case 1:
        take(8);
        break;
      case 2:
        fields.push({ number, bytes: take(Number(varint())), value: 0n });
        break;
      case 5:
        take(4);
        break;
      default:
        throw cut();
    }
  }
  return fields;
}

function cut(): Refusal {
  return new Refusal("bad_push", "It says: the protobuf is broken.");
}
