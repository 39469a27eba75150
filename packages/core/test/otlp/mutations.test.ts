/**
 * Valid requests, damaged in all the ways we could think of. Skim and decoding must answer, and give the same answer: what
 * is taken in must be readable later, and nothing else is taken in.
 */
import {
  ByteWriter,
  encodeHeldResource,
  encodeHeldScope,
  joinRequest,
  writeRecord,
} from "@throughline/core/otlp";
import * as fc from "fast-check";
import type { Type } from "protobufjs";
import { describe, expect, it } from "vitest";
import { agreedOutcome } from "./agreement.ts";
import {
  anyMessage,
  encodeByProtobufjs,
  recordTypes,
  requestTypes,
  type Signal,
  signals,
} from "./protos.ts";
import { ours } from "./requests.ts";

const PER_SIGNAL = 70_000;
const SEED = 20_261_121;

type Random = (below: number) => number;

function randomNumbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((state >>> 0) / 4294967296) * below);
  };
}

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = value;
  return copy;
}

/** The beginnings of things that do harm: long numbers, groups, impossible tags, deep nesting, fields that come twice. */
const NASTY: readonly Uint8Array[] = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0x0b, 0x0b, 0x0c, 0x0c],
  [0x0b, 0x0c],
  [0x0b, 0x14],
  [0x0c],
  [0x00],
  [0x06],
  [0x0f],
  [0x4a, 0x00],
  [0x4a, 0x04, 0x0a, 0x00, 0x12, 0x00],
  [0x4a, 0x06, 0x12, 0x02, 0x08, 0x01, 0x0a, 0x00],
  [0x32, 0x06, 0x0a, 0x00, 0x12, 0x02, 0x10, 0x01],
  [0x2a, 0x02, 0x0a, 0x00],
  [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01],
].map((bytes) => Uint8Array.from(bytes));

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = random(bytes.length);
    return changed(bytes, at, (bytes[at] ?? 0) ^ (1 << random(8)));
  },
  function setByte(bytes, random) {
    return changed(bytes, random(bytes.length), random(256));
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random(bytes.length + 1));
  },
  function cutOut(bytes, random) {
    const at = random(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random(20)));
  },
  function repeatPart(bytes, random) {
    const at = random(bytes.length);
    const part = bytes.subarray(at, at + 1 + random(40));
    return joined(bytes.subarray(0, at), part, part, bytes.subarray(at));
  },
  function splice(bytes, random, other) {
    const at = random(bytes.length);
    const from = random(other.length);
    return joined(
      bytes.subarray(0, at),
      other.subarray(from, from + random(60)),
      bytes.subarray(at),
    );
  },
  function insertNasty(bytes, random) {
    const at = random(bytes.length);
    return joined(bytes.subarray(0, at), NASTY[random(NASTY.length)]!, bytes.subarray(at));
  },
  function inflateLength(bytes, random) {
    // After a length-delimited tag, most likely: claim more than there is.
    const tags = [...bytes.keys()].filter((i) => (bytes[i]! & 7) === 2);
    const at = (tags[random(tags.length)] ?? 0) + 1;
    return changed(bytes, at, Math.min(255, (bytes[at] ?? 0) + 1 + random(200)));
  },
];

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

interface Corpus {
  readonly requests: readonly Uint8Array[];
  /** Single records, to be damaged alone: most damage to a whole request breaks its frame, and then nothing else is read. */
  readonly records: readonly Uint8Array[];
}

function corpus(signal: Signal): Corpus {
  const sample = (type: Type, longest: number): Uint8Array[] =>
    fc
      .sample(anyMessage(type), { numRuns: 500, seed: SEED })
      .map((json) => encodeByProtobufjs(type, json))
      .filter((bytes) => bytes.length > 20 && bytes.length < longest);
  return {
    requests: sample(requestTypes[signal], 1500),
    records: sample(recordTypes[signal], 500),
  };
}

const RESOURCE = encodeHeldResource({ "session.id": "s", text: 3 });
const SCOPE = encodeHeldScope({ name: "scope" });

function framed(records: readonly Uint8Array[]): Uint8Array {
  const w = new ByteWriter();
  for (const record of records) writeRecord(w, record);
  return joinRequest([{ resource: RESOURCE, scopes: [{ scope: SCOPE, records: [w.take()] }] }]);
}

describe.each(signals)("damaged %s", (signal) => {
  it(`get the same answer from skim and decoding (${PER_SIGNAL} of them)`, () => {
    const random = randomNumbers(SEED);
    const { requests, records } = corpus(signal);
    expect(Math.min(requests.length, records.length)).toBeGreaterThan(50);
    const damaged = (from: readonly Uint8Array[]): Uint8Array => {
      let bytes = from[random(from.length)]!;
      for (let n = 1 + random(3); n > 0 && bytes.length > 0; n--) {
        const other = from[random(from.length)]!;
        bytes = MUTATIONS[random(MUTATIONS.length)]!(bytes, random, other);
      }
      return bytes;
    };
    const answers = { refused: 0, partly: 0, accepted: 0 };
    for (let i = 0; i < PER_SIGNAL; i++) {
      const bytes =
        i % 3 === 0
          ? damaged(requests)
          : framed([damaged(records), records[random(records.length)]!]);
      const { error, rejected } = agreedOutcome(signal, bytes);
      answers[error !== undefined ? "refused" : rejected.length > 0 ? "partly" : "accepted"]++;
      // What was read can be written, and is then read the same again.
      if (error === undefined && i % 16 === 0) {
        const again = ours[signal].again(bytes);
        if (Buffer.compare(ours[signal].again(again), again) !== 0) expect.fail(hexOf(bytes));
      }
    }
    // The damage must do all kinds of harm, or this shows nothing.
    for (const count of Object.values(answers)) expect(count).toBeGreaterThan(PER_SIGNAL / 20);
  });

  it("get it too when they are not damaged", () => {
    const { requests, records } = corpus(signal);
    for (const bytes of requests) expect(agreedOutcome(signal, bytes).error).toBeUndefined();
    const outcome = agreedOutcome(signal, framed(records));
    expect(outcome).toMatchObject({ error: undefined, rejected: [] });
    expect(outcome.records.length).toBe(records.length);
  });
});
