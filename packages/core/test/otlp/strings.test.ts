import {
  ByteWriter,
  createSkimmer,
  decodeLogRecord,
  decodeSpan,
  encodeHeldResource,
  encodeHeldScope,
  encodeSpan,
  type HeldSpan,
  joinRequest,
  writeHeldLog,
  writeHeldSpan,
  type WriteUtf8,
} from "@throughline/core/otlp";
import { describe, expect, it } from "vitest";

const utf8Write: WriteUtf8 = (target, text, at) =>
  Buffer.prototype.utf8Write.call(target, text, at, target.length - at);

const context = {
  traceId: "4acca441dba8071e51177f7c82fe0d07",
  spanId: "00f067aa0ba902b7",
  traceFlags: 1,
};

function spanWith(text: string): HeldSpan {
  return {
    name: text,
    kind: 0,
    spanContext: () => context,
    startTime: [1_780_000_000, 999_999_999],
    endTime: [1_780_000_001, 0],
    status: { code: 2, message: text },
    attributes: {
      text,
      [`${text.slice(0, 200)}key`]: 1,
      list: [text, text],
      map: new Map([["k", text]]),
    },
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** The content of the first field of a scope's list. */
function recordIn(w: ByteWriter): Uint8Array {
  let record: Uint8Array | undefined;
  const request = joinRequest([
    {
      resource: encodeHeldResource({ "service.name": "x" }),
      scopes: [{ scope: encodeHeldScope({ name: "x" }), records: [w.take()] }],
    },
  ]);
  const keep = ({ bytes, start, end }: { bytes: Uint8Array; start: number; end: number }): void => {
    record = bytes.slice(start, end);
  };
  createSkimmer({ attributes: ["text"], resourceAttributes: [] }).traces(request, keep);
  return record!;
}

const texts: [string, string][] = [
  ["nothing", ""],
  ["a zero byte", "a\0b"],
  ["two bytes a unit", "ü".repeat(50)],
  ["three bytes a unit", "語".repeat(3000)],
  ["pairs of surrogates", "🧵".repeat(8200)],
  ["a byte order mark", "\ufefftext\ufeff"],
  ["64 ASCII characters", "k".repeat(64)],
  ["65 ASCII characters", "k".repeat(65)],
  ["ASCII that turns into something else late", `${"a".repeat(127)}é`],
  ["just below a length of three bytes", "x".repeat(16_383)],
  ["300 KB", "What was said. ".repeat(20_000)],
  ["300 KB that are not ASCII", "Was gesagt würde. ".repeat(17_000)],
  ["5 MB", "0123456789".repeat(500_000)],
];

describe.each([
  ["TextEncoder", undefined],
  ["Buffer", utf8Write],
] as const)("text written with %s", (_name, utf8) => {
  it.each(texts)("%s", (_what, text) => {
    const w = new ByteWriter(64, utf8);
    writeHeldSpan(w, spanWith(text));
    const span = decodeSpan(recordIn(w));
    expect(span.name === text && span.status.message === text).toBe(true);
    const values = JSON.stringify(span.attributes.map(({ value }) => value));
    const expected = [
      { stringValue: text },
      { intValue: 1 },
      { arrayValue: { values: [{ stringValue: text }, { stringValue: text }] } },
      { kvlistValue: { values: [{ key: "k", value: { stringValue: text } }] } },
    ];
    expect(values === JSON.stringify(expected)).toBe(true);
    expect(decodeSpan(encodeSpan(span))).toEqual(span);
  });

  it.each([
    ["a lone high surrogate", "\ud83e", "\ufffd"],
    ["a lone low surrogate", "a\udd37b", "a\ufffdb"],
    ["surrogates the wrong way round", "\udd37\ud83ex".repeat(30), "\ufffd\ufffdx".repeat(30)],
    [
      "half a pair at the end of much text",
      `${"x".repeat(20_000)}\ud83e`,
      `${"x".repeat(20_000)}\ufffd`,
    ],
  ])("%s becomes U+FFFD", (_what, text, expected) => {
    const w = new ByteWriter(64, utf8);
    writeHeldSpan(w, spanWith(text));
    expect(decodeSpan(recordIn(w)).name === expected).toBe(true);
  });
});

describe("what has no form in OTLP", () => {
  it("becomes an empty value, and what is undefined is left out", () => {
    const w = new ByteWriter();
    const attributes = {
      nothing: null,
      gone: undefined,
      call: () => 1,
      symbol: Symbol("s"),
      big: 2n ** 70n,
      date: new Date(0),
    };
    writeHeldSpan(w, { ...spanWith("x"), attributes });
    expect(decodeSpan(recordIn(w)).attributes).toEqual([
      { key: "nothing", value: {} },
      { key: "call", value: {} },
      { key: "symbol", value: {} },
      { key: "big", value: { stringValue: "1180591620717411303424" } },
      { key: "date", value: { kvlistValue: { values: [] } } },
    ]);
  });

  it("ends where an object holds itself", () => {
    const ring: { [key: string]: unknown } = { name: "ring" };
    ring["self"] = ring;
    const w = new ByteWriter();
    writeHeldSpan(w, { ...spanWith("x"), attributes: { ring } });
    expect(JSON.stringify(decodeSpan(recordIn(w)).attributes).match(/"ring"/g)).toHaveLength(33);
  });

  it("counts own properties only", () => {
    const w = new ByteWriter();
    writeHeldSpan(w, {
      ...spanWith("x"),
      attributes: Object.create({ inherited: 1 }) as object as HeldSpan["attributes"],
    });
    expect(decodeSpan(recordIn(w)).attributes).toEqual([]);
  });
});

it("a log record's body may be anything", () => {
  for (const [body, expected] of [
    ["text", { stringValue: "text" }],
    [0, { intValue: 0 }],
    [null, {}],
    [new Uint8Array([0, 255]), { bytesValue: new Uint8Array([0, 255]) }],
    [
      { a: [true] },
      {
        kvlistValue: {
          values: [{ key: "a", value: { arrayValue: { values: [{ boolValue: true }] } } }],
        },
      },
    ],
  ] as const) {
    const w = new ByteWriter();
    writeHeldLog(w, {
      hrTime: [1, 2],
      hrTimeObserved: [3, 4],
      attributes: {},
      droppedAttributesCount: 0,
      body,
    });
    // The record stands behind its tag and two bytes of length.
    expect(decodeLogRecord(w.take().subarray(3))).toMatchObject({
      body: expected,
      timeUnixNano: 1_000_000_002n,
      observedTimeUnixNano: 3_000_000_004n,
    });
  }
});

it("a request may be put together from any number of pieces", () => {
  const w = new ByteWriter();
  writeHeldSpan(w, spanWith("x"));
  const records = Array.from({ length: 200_000 }, () => w.bytes.subarray(0, w.pos));
  const request = joinRequest([
    {
      resource: encodeHeldResource({}),
      scopes: [{ scope: encodeHeldScope({ name: "" }), records }],
    },
  ]);
  const skimmer = createSkimmer({ attributes: [], resourceAttributes: [] });
  expect(skimmer.traces(request, () => {}).accepted).toBe(200_000);
});

it("bytes are copied out of the request, Buffer or not", () => {
  const value = { bytesValue: new Uint8Array([1, 2, 3]) };
  const w = new ByteWriter();
  writeHeldSpan(w, { ...spanWith("x"), attributes: { value: value.bytesValue } });
  const request = Buffer.from(recordIn(w));
  const span = decodeSpan(request);
  request.fill(0);
  expect(span.attributes).toEqual([{ key: "value", value }]);
});

it("times are exact to the nanosecond, however long ago or ahead", () => {
  for (const [seconds, nanos] of [
    [0, 0],
    [0, 1],
    [4, 294_967_296],
    [65_535, 999_999_999],
    [65_536, 0],
    [1_780_000_000, 123_456_789],
    [18_446_744_073, 709_551_615],
  ] as const) {
    const w = new ByteWriter();
    writeHeldSpan(w, { ...spanWith("x"), startTime: [seconds, nanos] });
    expect(decodeSpan(recordIn(w)).startTimeUnixNano).toBe(
      BigInt(seconds) * 1_000_000_000n + BigInt(nanos),
    );
  }
});
