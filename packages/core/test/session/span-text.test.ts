import { outcomeKeys } from "@throughline/core/dialects";
import { type AnyValue, decodeSpan, encodeSpan, type Span } from "@throughline/core/otlp";
import { type PlainMap, spanRecord } from "@throughline/core/record";
import { type RecordPlace, sessionRecordOf, spanText } from "@throughline/core/session";
import * as fc from "fast-check";
import { expect, test } from "vitest";

type Place = RecordPlace & { readonly step: string | null };
const somewhere: Place = {
  recordId: "2026-11-20.1",
  sessionId: "s",
  membership: "carried",
  step: "tool",
};
const SPAN: Span = {
  traceId: "4acca441dba8071e51177f7c82fe0d07",
  spanId: "00f067aa0ba902b7",
  traceState: "",
  parentSpanId: "",
  flags: 0,
  name: "chat",
  kind: 3,
  startTimeUnixNano: 1n,
  endTimeUnixNano: 2n,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  status: { message: "", code: 0 },
};

function expectSame(bytes: Uint8Array, place: Place = somewhere, scope = "", service = ""): void {
  const attributes: PlainMap = { "service.name": service };
  const origin = { resource: { attributes }, scope: { name: scope, version: "", attributes: {} } };
  const record = spanRecord(decodeSpan(bytes), origin.resource, origin.scope);
  // As text again: the order of keys, and keys like `__proto__`, count too.
  expect(again(spanText(bytes, origin, place))).toBe(
    again(JSON.stringify(sessionRecordOf(record, place))),
  );
}

function again(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 80 }),
  fc.constantFrom("", '"', "\\", "a\nb", "\u007f", "\ufeffbom", "\u2028", "abc\u0000", "überall"),
);
/**
 * Without backslashes: where a key of one stood in an object before, V8 13.6's JSON.parse reads other escaped keys of such an object
 * as that one, `{"\\":1}` and then `{"\"":1}`.
 */
const key = fc.oneof(
  fc.constantFrom("a", "b", "__proto__", "toJSON", "7"),
  text.filter((text) => !text.includes("\\")),
);
const { value } = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc
      .oneof(fc.integer(), fc.constantFrom(-1, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)))
      .map((intValue) => ({ intValue })),
    fc.double().map((doubleValue) => ({ doubleValue })),
    fc.uint8Array({ maxLength: 5 }).map((bytesValue) => ({ bytesValue })),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key, value: tie("value") }), { maxLength: 3 })
      .map((values) => ({ kvlistValue: { values } })),
    fc.constant({}),
  ),
}));
const telling = fc.record({
  key: fc.constantFrom(...outcomeKeys),
  value: fc
    .constantFrom("ok", "error", "cancelled", "ERROR", "true", "")
    .map((stringValue) => ({ stringValue })),
});
const attributes = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ key, value }) },
    { weight: 1, arbitrary: telling },
    {
      weight: 1,
      arbitrary: fc.record({ key, value, keyStrindex: fc.integer({ min: 1, max: 9 }) }),
    },
  ),
  { maxLength: 6 },
);
const time = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const id = (size: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: size, maxLength: size })
    .map((bytes) => Buffer.from(bytes).toString("hex"));
const span: fc.Arbitrary<Span> = fc
  .record({
    parentSpanId: fc.oneof(fc.constantFrom("", "0".repeat(16)), id(8)),
    name: fc.oneof(text, fc.constantFrom("chat", "codex.turn", "tool")),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes,
    events: fc.array(
      fc.record({ timeUnixNano: time, name: text, attributes, droppedAttributesCount: fc.nat(9) }),
      { maxLength: 2 },
    ),
    links: fc.array(
      fc.record({
        traceId: fc.oneof(fc.constantFrom("", "ab", "0".repeat(32)), id(16)),
        spanId: fc.oneof(fc.constantFrom("", "0".repeat(16)), id(8)),
        traceState: fc.constant(""),
        attributes,
        droppedAttributesCount: fc.constant(0),
        flags: fc.constant(0),
      }),
      { maxLength: 3 },
    ),
    status: fc.record({ message: text, code: fc.integer({ min: -1, max: 4 }) }),
  })
  .map((told) => ({ ...SPAN, ...told }));
const place: fc.Arbitrary<Place> = fc.record({
  recordId: fc.constantFrom("2026-11-20.1", "2026-11-20.105906177"),
  sessionId: text,
  membership: fc.constantFrom("carried", "inherited", "joined", "linked", "none"),
  step: fc.constantFrom(null, "tool", "turn", "llm"),
});
const scopes = fc.constantFrom("", "langfuse-sdk", "litellm", 'sc"ope');

test("the text of a span says what its record says", () => {
  fc.assert(
    fc.property(span, place, scopes, text, (span, place, scope, service) => {
      expectSame(encodeSpan(span), place, scope, service);
    }),
    { numRuns: 2_000 },
  );
});

/** Fields of a KeyValue as nobody sends them: out of order, twice, of no use. */
const oddFields = fc.array(
  fc.constantFrom<readonly number[]>(
    [0x0a, 1, 0x61],
    [0x0a, 2, 0xff, 0x22],
    [0x0a, 0x81, 0x00, 0x62],
    [0x12, 0],
    [0x12, 3, 0x0a, 1, 0x78],
    [0x12, 6, 0x0a, 1, 0x78, 0x0a, 1, 0x79],
    [0x12, 6, 0x2a, 4, 0x0a, 2, 0x18, 1],
    [0x12, 4, 0x2a, 2, 0x10, 1],
    [0x12, 4, 0x2a, 2, 0x0a, 0],
    [0x12, 6, 0x32, 4, 0x0a, 2, 0x12, 0],
    [0x12, 7, 0x32, 5, 0x0a, 3, 0x0a, 1, 0x6b],
    [0x12, 2, 0x78, 1],
    [0x18, 0],
    [0x18, 3],
    [0x20, 5],
  ),
  { maxLength: 4 },
);

test("whatever the form of its attributes", () => {
  fc.assert(
    fc.property(fc.array(oddFields, { maxLength: 4 }), (attributes) => {
      const pairs = attributes.map((fields) => fields.flat());
      const bytes = [
        encodeSpan(SPAN),
        ...pairs.flatMap((pair) => [Uint8Array.of(0x4a, pair.length), Uint8Array.from(pair)]),
      ];
      expectSame(new Uint8Array(Buffer.concat(bytes)));
    }),
    { numRuns: 2_000 },
  );
});

test("the last of two values of one field counts, and status adds up", () => {
  const twice = { ...SPAN, name: "second", parentSpanId: "ab".repeat(8), traceId: "cd".repeat(16) };
  const code = encodeSpan({ ...SPAN, status: { message: "", code: 2 } });
  const message = encodeSpan({ ...twice, status: { message: "late", code: 0 } });
  expectSame(new Uint8Array(Buffer.concat([code, message])));
});
