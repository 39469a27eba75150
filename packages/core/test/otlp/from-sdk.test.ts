/** Encoding what a JavaScript SDK holds, compared with what the official exporter writes of the same spans and logs. */
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import {
  ByteWriter,
  encodeHeldResource,
  encodeHeldScope,
  type HeldAttributes,
  type HeldLog,
  type HeldSpan,
  joinRequest,
  writeHeldLog,
  writeHeldSpan,
  type WriteUtf8,
} from "@throughline/core/otlp";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readByProtobufjs, requestTypes } from "./protos.ts";
import { ours } from "./requests.ts";

const utf8Write: WriteUtf8 = (target, text, at) =>
  Buffer.prototype.utf8Write.call(target, text, at, target.length - at);

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((id) => Buffer.from(id.fill(9, 0, 1)).toString("hex"));

const time = fc.tuple(fc.nat(4_000_000_000), fc.nat(999_999_999));

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "binary-ascii", maxLength: 150 }),
  // Every length around which a length field grows by a byte, ASCII or not.
  fc
    .tuple(
      fc.constantFrom(30, 41, 42, 43, 60, 62, 64, 120, 126, 127, 128, 5000, 16_383, 16_384),
      fc.constantFrom("x", "ä", "漢", "🙂", "\ud800"),
    )
    .map(([length, unit]) => unit.repeat(length)),
);
const key = fc.oneof(
  fc.constantFrom("session.id", "gen_ai.tool.name", "n", "ключ"),
  fc.string({ minLength: 1 }),
);
const safeNumber = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
  fc.constantFrom(0, 127, 128, -1),
);
const number = fc.oneof(
  safeNumber,
  fc.double(),
  fc.constantFrom(-0, 2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 63), 2 ** 63, 2 ** 64, 1e300),
);

function anyAttributes(number: fc.Arbitrary<number>): {
  value: fc.Arbitrary<unknown>;
  attributes: fc.Arbitrary<HeldAttributes>;
} {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      text,
      number,
      fc.boolean(),
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(key, tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  return { value, attributes: fc.dictionary(key, value, { maxKeys: 8 }) };
}

const context = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  traceFlags: fc.nat(255),
  isRemote: fc.option(fc.boolean(), { nil: undefined }),
  traceState: fc.option(fc.constant({ serialize: () => "vendor=1,other=ä" }), { nil: undefined }),
});

function anySpan(number: fc.Arbitrary<number>): fc.Arbitrary<HeldSpan> {
  const { attributes } = anyAttributes(number);
  return fc.record({
    name: text,
    kind: fc.nat(4),
    spanContext: context.map((context) => () => context),
    parentSpanContext: fc.option(context, { nil: undefined }),
    startTime: time,
    endTime: time,
    status: fc.record({ code: fc.nat(2), message: fc.option(text, { nil: undefined }) }),
    attributes,
    links: fc.array(
      fc.record({
        context,
        attributes: fc.option(attributes, { nil: undefined }),
        droppedAttributesCount: fc.nat(5),
      }),
      { maxLength: 2 },
    ),
    events: fc.array(
      fc.record({
        name: text,
        time,
        attributes: fc.option(attributes, { nil: undefined }),
        droppedAttributesCount: fc.nat(5),
      }),
      { maxLength: 2 },
    ),
    droppedAttributesCount: fc.nat(300),
    droppedEventsCount: fc.nat(300),
    droppedLinksCount: fc.nat(300),
  });
}

function anyLog(number: fc.Arbitrary<number>): fc.Arbitrary<HeldLog> {
  const { value, attributes } = anyAttributes(number);
  return fc.record({
    hrTime: time,
    hrTimeObserved: time,
    spanContext: fc.option(context, { nil: undefined }),
    severityNumber: fc.option(fc.nat(24), { nil: undefined }),
    severityText: fc.option(text, { nil: undefined }),
    eventName: fc.option(text, { nil: undefined }),
    body: fc.option(value, { nil: undefined }),
    attributes,
    droppedAttributesCount: fc.nat(300),
  });
}

const instrumentationScope = {
  name: "scope",
  version: "1.2",
  schemaUrl: "https://scope.example/1",
};
const resource = resourceFromAttributes({ "service.name": "agent", "service.version": "ä" });
const encodedResource = encodeHeldResource(resource.attributes);
const encodedScope = encodeHeldScope(instrumentationScope);

function request<T>(
  write: (w: ByteWriter, record: T) => void,
  records: readonly T[],
  utf8?: WriteUtf8,
): Uint8Array {
  // Small on purpose: it has to grow in the middle of things.
  const w = new ByteWriter(16, utf8);
  for (const record of records) write(w, record);
  const scopes = [
    { scope: encodedScope, schemaUrl: instrumentationScope.schemaUrl, records: [w.take()] },
  ];
  return joinRequest([{ resource: encodedResource, scopes }]);
}

/** The official writers send a status even when there is nothing to say, and in JSON a body even when there is none. */
function meaning(signal: "traces" | "logs", bytes: Uint8Array): unknown {
  return JSON.parse(
    JSON.stringify(readByProtobufjs(requestTypes[signal], bytes)),
    (key, value: unknown) =>
      value !== null
        ? value
        : key === "status"
          ? { code: 0, message: "" }
          : key === "body"
            ? {}
            : value,
  );
}

describe("what an SDK holds, encoded", () => {
  it.each([
    ["TextEncoder", undefined],
    ["Buffer", utf8Write],
  ] as const)("is what the official exporter sends: spans, with %s", (_name, utf8) => {
    fc.assert(
      fc.property(fc.array(anySpan(number), { minLength: 1, maxLength: 3 }), (spans) => {
        const official = ProtobufTraceSerializer.serializeRequest(
          spans.map(
            (span) => ({ ...span, resource, instrumentationScope }) as unknown as ReadableSpan,
          ),
        );
        expect(meaning("traces", request(writeHeldSpan, spans, utf8))).toEqual(
          meaning("traces", official!),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("is what the official exporter sends: logs", () => {
    fc.assert(
      fc.property(fc.array(anyLog(number), { minLength: 1, maxLength: 3 }), (logs) => {
        const official = ProtobufLogsSerializer.serializeRequest(
          logs.map(
            (log) => ({ ...log, resource, instrumentationScope }) as unknown as ReadableLogRecord,
          ),
        );
        expect(meaning("logs", request(writeHeldLog, logs))).toEqual(meaning("logs", official!));
      }),
      { numRuns: 150 },
    );
  });

  // With numbers that survive JSON.stringify: the official writer makes null of NaN and rounds beyond 2^53.
  it("comes back from the official exporter's JSON as the same protobuf", () => {
    fc.assert(
      fc.property(
        fc.array(anySpan(safeNumber), { minLength: 1, maxLength: 2 }),
        fc.array(anyLog(safeNumber), { minLength: 1, maxLength: 2 }),
        (spans, logs) => {
          const readable = spans.map(
            (span) => ({ ...span, resource, instrumentationScope }) as unknown as ReadableSpan,
          );
          const records = logs.map(
            (log) => ({ ...log, resource, instrumentationScope }) as unknown as ReadableLogRecord,
          );
          const decoder = new TextDecoder();
          expect(
            meaning(
              "traces",
              ours.traces.fromJson(decoder.decode(JsonTraceSerializer.serializeRequest(readable))),
            ),
          ).toEqual(meaning("traces", ProtobufTraceSerializer.serializeRequest(readable)!));
          expect(
            meaning(
              "logs",
              ours.logs.fromJson(decoder.decode(JsonLogsSerializer.serializeRequest(records))),
            ),
          ).toEqual(meaning("logs", ProtobufLogsSerializer.serializeRequest(records)!));
        },
      ),
      { numRuns: 100 },
    );
  });
});
