import {
  decodeSpan,
  decodeSpanPart,
  encodeSpan,
  KeyTable,
  type KeyValue,
  type Span,
} from "@throughline/core/otlp";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const keys = ["a", "b", "session.id", ""];
const pair: fc.Arbitrary<KeyValue> = fc.record({
  key: fc.constantFrom(...keys, "other"),
  value: fc.oneof(
    fc.string().map((stringValue) => ({ stringValue })),
    fc.integer().map((intValue) => ({ intValue })),
    fc
      .array(
        fc.boolean().map((boolValue) => ({ boolValue })),
        { maxLength: 2 },
      )
      .map((values) => ({
        arrayValue: { values },
      })),
  ),
});

const span: fc.Arbitrary<Span> = fc.record({
  traceId: fc.constant("ab".repeat(16)),
  spanId: fc.constant("cd".repeat(8)),
  traceState: fc.constant(""),
  parentSpanId: fc.constantFrom("", "ef".repeat(8)),
  flags: fc.constant(1),
  name: fc.string(),
  kind: fc.integer({ min: 0, max: 5 }),
  startTimeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  endTimeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  attributes: fc.array(pair, { maxLength: 6 }),
  droppedAttributesCount: fc.constant(0),
  events: fc.array(
    fc.record({
      timeUnixNano: fc.constant(1n),
      name: fc.string(),
      attributes: fc.array(pair, { maxLength: 2 }),
      droppedAttributesCount: fc.constant(0),
    }),
    { maxLength: 2 },
  ),
  droppedEventsCount: fc.constant(0),
  links: fc.constant([]),
  droppedLinksCount: fc.constant(0),
  status: fc.record({ message: fc.string(), code: fc.integer({ min: 0, max: 2 }) }),
});

test("a part of a span is the span without what is not wanted", () => {
  fc.assert(
    fc.property(span, fc.subarray(keys), fc.boolean(), (span, wanted, events) => {
      const bytes = encodeSpan(span);
      const attributes = new KeyTable(wanted);
      const whole = decodeSpan(bytes);
      expect(decodeSpanPart(bytes, { attributes, events, links: false })).toEqual({
        ...whole,
        attributes: whole.attributes.filter(({ key }) => wanted.includes(key)),
        events: events ? whole.events : [],
        links: [],
      });
    }),
  );
});
