import { encodeLogRecord, encodeSpan, type LogRecord, type Span } from "@throughline/core/otlp";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Hit, newestFirst, NewestHits } from "../../src/embedded/read/newest-hits.ts";
import { startNanos } from "../../src/embedded/read/start-nanos.ts";

const span: Span = {
  traceId: "4acca441dba8071e51177f7c82fe0d07",
  spanId: "00f067aa0ba902b7",
  traceState: "vendor=1",
  parentSpanId: "00f067aa0ba902b8",
  flags: 0x101,
  name: "chat",
  kind: 3,
  startTimeUnixNano: 0n,
  endTimeUnixNano: 0n,
  attributes: [{ key: "a", value: { stringValue: "9".repeat(300) } }],
  droppedAttributesCount: 300,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  status: { message: "", code: 0 },
};
const log: LogRecord = {
  timeUnixNano: 0n,
  observedTimeUnixNano: 0n,
  severityNumber: 9,
  severityText: "INFO",
  body: { stringValue: "said" },
  attributes: [],
  droppedAttributesCount: 0,
  flags: 1,
  traceId: span.traceId,
  spanId: span.spanId,
  eventName: "",
};

function nanosIn(bytes: Uint8Array, kind: "span" | "log"): number {
  // Somewhere in a block, as records are.
  const block = Buffer.concat([Buffer.alloc(16, 0x39), bytes, Buffer.alloc(16, 0x39)]);
  return startNanos(block, 16, 16 + bytes.length, kind);
}

test("the nanoseconds of a record's start are found without decoding it", () => {
  const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(nanos, nanos, fc.string(), (time, other, name) => {
      const started = encodeSpan({
        ...span,
        name,
        startTimeUnixNano: time,
        endTimeUnixNano: other,
      });
      expect(nanosIn(started, "span")).toBe(Number(time % 1000n));
      const said = encodeLogRecord({ ...log, timeUnixNano: time, observedTimeUnixNano: other });
      expect(nanosIn(said, "log")).toBe(Number((time === 0n ? other : time) % 1000n));
      const unsaid = encodeLogRecord({ ...log, observedTimeUnixNano: other });
      expect(nanosIn(unsaid, "log")).toBe(Number(other % 1000n));
    }),
  );
});

test("bytes that are no record have no nanoseconds, and end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom("span", "log"), (bytes, kind) => {
      expect(nanosIn(bytes, kind)).toBeLessThan(1_000);
    }),
    { numRuns: 2_000 },
  );
});

test("of all that were shown the newest are kept", () => {
  const hit: fc.Arbitrary<Hit> = fc.record({
    micros: fc.nat({ max: 20 }),
    day: fc.constantFrom("2026-11-19", "2026-11-20"),
    id: fc.nat({ max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(hit), fc.integer({ min: 1, max: 12 }), (shown, limit) => {
      const hits = new NewestHits(limit);
      for (const each of shown) {
        const would = hits.sorted().concat(each).toSorted(newestFirst).slice(0, limit);
        if (would.includes(each)) expect(hits.wants(each.micros)).toBe(true);
        hits.add(each);
      }
      expect(hits.sorted()).toEqual(shown.toSorted(newestFirst).slice(0, limit));
    }),
  );
});
