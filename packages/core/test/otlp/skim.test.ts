import {
  ByteWriter,
  createSkimmer,
  decodeResource,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeResource,
  encodeSpan,
  encodeTraces,
  joinRequest,
  type KeyValue,
  type LogRecord,
  type Resource,
  type SkimmedGroup,
  type Span,
  writeRecord,
} from "@throughline/core/otlp";
import { describe, expect, it } from "vitest";

const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });

const span = (fields: Partial<Span> = {}): Span => ({
  traceId: "4acca441dba8071e51177f7c82fe0d07",
  spanId: "00f067aa0ba902b7",
  traceState: "vendor=1",
  parentSpanId: "",
  flags: 0x301,
  name: "chat",
  kind: 3,
  startTimeUnixNano: 1_780_000_000_123_456_789n,
  endTimeUnixNano: 1_780_000_001_000_000_999n,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  status: { message: "", code: 0 },
  ...fields,
});

const log = (fields: Partial<LogRecord> = {}): LogRecord => ({
  timeUnixNano: 0n,
  observedTimeUnixNano: 5_000n,
  severityNumber: 9,
  severityText: "INFO",
  body: { stringValue: "grüße" },
  attributes: [],
  droppedAttributesCount: 0,
  flags: 1,
  traceId: "",
  spanId: "",
  eventName: "",
  ...fields,
});

const resource = (...attributes: KeyValue[]): Resource => ({
  attributes,
  droppedAttributesCount: 0,
  entityRefs: [],
});
const scope = { name: "scope", version: "1", attributes: [], droppedAttributesCount: 0 };

const NOTHING = new Uint8Array(0);

const skimmer = createSkimmer({
  attributes: ["session.id", "user.id", "tokens", "cost", "stream", "list", "gone", "schlüssel"],
  resourceAttributes: ["service.name", "session.id"],
});

describe("skimming spans", () => {
  const request = encodeTraces({
    resourceSpans: [
      {
        resource: resource(text("service.name", "a"), text("session.id", "from-resource")),
        schemaUrl: "https://r",
        scopeSpans: [
          {
            scope,
            schemaUrl: "https://s",
            spans: [
              span({
                attributes: [
                  text("session.id", "s-1"),
                  text("session.ie", "not this"),
                  { key: "tokens", value: { intValue: 42 } },
                  { key: "cost", value: { doubleValue: 0.25 } },
                  { key: "stream", value: { boolValue: false } },
                  { key: "user.id", value: { intValue: 2n ** 60n } },
                  { key: "list", value: { arrayValue: { values: [{ intValue: 1 }] } } },
                  text("schlüssel", "wert"),
                ],
                events: [
                  { name: "e", timeUnixNano: 1n, attributes: [], droppedAttributesCount: 0 },
                ],
                status: { code: 2, message: "failed" },
              }),
              span({ parentSpanId: "1122334455667788", name: "", kind: 0, flags: 0 }),
            ],
          },
          { scope: undefined, schemaUrl: "", spans: [span({ startTimeUnixNano: 999n })] },
        ],
      },
      {
        resource: undefined,
        schemaUrl: "",
        scopeSpans: [{ scope, schemaUrl: "", spans: [span()] }],
      },
    ],
  });

  it("gives ids, times and what was asked for", () => {
    const seen: object[] = [];
    const result = skimmer.traces(request, (span) => {
      const { bytes, group: _group, start: _start, end: _end, ...rest } = span;
      const at = (from: number, size: number) =>
        Buffer.from(bytes.subarray(from, from + size)).toString("hex");
      seen.push({
        ...rest,
        values: [...span.values],
        traceIdAt: at(span.traceIdAt, 16),
        spanIdAt: at(span.spanIdAt, 8),
        parentIdAt: span.parentIdAt < 0 ? "" : at(span.parentIdAt, 8),
      });
    });
    expect(result).toEqual({ accepted: 4, rejected: 0, reasons: new Map() });
    const none = [
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ];
    expect(seen.slice(0, 2)).toMatchObject([
      {
        traceIdAt: "4acca441dba8071e51177f7c82fe0d07",
        spanIdAt: "00f067aa0ba902b7",
        parentIdAt: "",
        name: "chat",
        kind: 3,
        statusCode: 2,
        flags: 0x301,
        startMicros: 1_780_000_000_123_456,
        endMicros: 1_780_000_001_000_000,
        attributeCount: 8,
        eventCount: 1,
        linkCount: 0,
        values: ["s-1", "1152921504606846976", 42, 0.25, false, undefined, undefined, "wert"],
      },
      { parentIdAt: "1122334455667788", name: "", kind: 0, statusCode: 0, flags: 0, values: none },
    ]);
  });

  it("gives resource and scope once per group, which may be kept", () => {
    const groups = new Set<SkimmedGroup>();
    skimmer.traces(request, ({ group }) => groups.add(group));
    const [first, second, third] = [...groups];
    expect(groups.size).toBe(3);
    expect(first).toMatchObject({
      resourceSchemaUrl: "https://r",
      resourceValues: ["a", "from-resource"],
      scopeName: "scope",
      scopeVersion: "1",
      scopeSchemaUrl: "https://s",
    });
    expect(second).toMatchObject({
      resourceValues: ["a", "from-resource"],
      scopeName: "",
      scopeSchemaUrl: "",
    });
    expect(second!.scope.length).toBe(0);
    expect(second!.resource).toBe(first!.resource);
    expect(third).toMatchObject({ resourceValues: [undefined, undefined], scopeName: "scope" });
    expect(third!.resource.length).toBe(0);
  });

  it("finds a resource and a scope that stand behind their records", () => {
    // Fields of a message may come in any order: turn resource and scope list around.
    const field = (tag: number, content: Uint8Array) =>
      Buffer.concat([Uint8Array.from([tag, content.length]), content]);
    const record = Uint8Array.from([
      0x0a,
      16,
      ...Buffer.alloc(16, 1),
      0x12,
      8,
      ...Buffer.alloc(8, 1),
    ]);
    const scopeSpans = Buffer.concat([
      field(0x12, record),
      field(0x0a, Uint8Array.from([0x0a, 1, 0x73])),
    ]);
    const resource = Uint8Array.from([
      0x0a,
      19,
      0x0a,
      12,
      ...Buffer.from("service.name"),
      0x12,
      3,
      0x0a,
      1,
      0x78,
    ]);
    const bytes = field(0x0a, Buffer.concat([field(0x12, scopeSpans), field(0x0a, resource)]));
    const seen: unknown[] = [];
    skimmer.traces(bytes, ({ group }) => seen.push(group.scopeName, group.resourceValues[0]));
    expect(seen).toEqual(["s", "x"]);
  });

  it("joins a resource that comes in pieces, as protobuf does", () => {
    const one = resource(text("service.name", "a"), text("session.id", "s"));
    const two = { ...resource(text("service.name", "b")), droppedAttributesCount: 3 };
    const record = encodeSpan(span());
    const group = (resource: Resource, spans: readonly Uint8Array[]) =>
      joinRequest([
        { resource: encodeResource(resource), scopes: [{ scope: NOTHING, records: spans }] },
      ]);
    // The resource groups of two requests, made one: behind `0a LENGTH`.
    const w = new ByteWriter();
    writeRecord(w, record);
    const [first, second] = [group(one, [w.take()]), group(two, [])].map((bytes) =>
      bytes.subarray(bytes[1]! < 128 ? 2 : 3),
    );
    const whole = new ByteWriter();
    whole.byte(0x0a);
    whole.varint(first!.length + second!.length);
    whole.raw(first!);
    whole.raw(second!);
    const request = whole.take();
    const merged = decodeTraces(request).resourceSpans[0]!.resource!;
    expect(merged).toEqual({
      attributes: [...one.attributes, ...two.attributes],
      droppedAttributesCount: 3,
      entityRefs: [],
    });
    skimmer.traces(request, ({ group }) => {
      expect(decodeResource(group.resource)).toEqual(merged);
      expect(group.resourceValues).toEqual(["b", "s"]);
    });
    expect.assertions(3);
  });

  it("works on a view into a larger buffer", () => {
    const larger = new Uint8Array(request.length + 20).fill(0xff);
    larger.set(request, 7);
    const names: string[] = [];
    skimmer.traces(larger.subarray(7, 7 + request.length), ({ name }) => names.push(name));
    expect(names).toEqual(["chat", "", "chat", "chat"]);
  });

  it("accepts an empty request", () => {
    expect(skimmer.traces(new Uint8Array(0), () => {})).toMatchObject({ accepted: 0, rejected: 0 });
  });
});

describe("skimming log records", () => {
  const skimmed = (fields: Partial<LogRecord>) => {
    const seen: object[] = [];
    const bytes = encodeLogs({
      resourceLogs: [
        {
          resource: resource(),
          schemaUrl: "",
          scopeLogs: [{ scope, schemaUrl: "", logRecords: [log(fields)] }],
        },
      ],
    });
    skimmer.logs(
      bytes,
      ({ bytes, bodyAt, bodyEnd, traceIdAt, spanIdAt, timeMicros, eventName, values }) =>
        seen.push({
          body: bodyAt < 0 ? undefined : Buffer.from(bytes.subarray(bodyAt, bodyEnd)).toString(),
          hasTrace: traceIdAt >= 0,
          hasSpan: spanIdAt >= 0,
          timeMicros,
          eventName,
          session: values[0],
        }),
    );
    return seen[0];
  };

  it("takes the observed time where there is no other, and finds text in the body", () => {
    expect(skimmed({ attributes: [text("session.id", "s")] })).toEqual({
      body: "grüße",
      hasTrace: false,
      hasSpan: false,
      timeMicros: 5,
      eventName: "",
      session: "s",
    });
  });

  it("takes ids of zeros or of a wrong length for none", () => {
    expect(skimmed({ traceId: "0".repeat(32), spanId: "1122" })).toMatchObject({
      hasTrace: false,
      hasSpan: false,
    });
    expect(skimmed({ traceId: "1".repeat(32), spanId: "2".repeat(16) })).toMatchObject({
      hasTrace: true,
      hasSpan: true,
    });
  });

  it("gives no text for a body that is a map", () => {
    const body = { kvlistValue: { values: [text("k", "v")] } };
    expect(skimmed({ body, timeUnixNano: 7_000n, eventName: "e" })).toMatchObject({
      body: undefined,
      timeMicros: 7,
      eventName: "e",
    });
    expect(skimmed({ body: { stringValue: "" } })).toMatchObject({ body: "" });
    expect(skimmed({ body: undefined })).toMatchObject({ body: undefined });
  });
});

it("skimming metrics counts their points", () => {
  const point = {
    attributes: [],
    startTimeUnixNano: 0n,
    timeUnixNano: 1n,
    value: { asInt: 1 },
    exemplars: [],
    flags: 0,
  };
  const metric = { description: "", metadata: [], unit: "s" };
  const bytes = encodeMetrics({
    resourceMetrics: [
      {
        resource: undefined,
        schemaUrl: "",
        scopeMetrics: [
          {
            scope,
            schemaUrl: "",
            metrics: [
              { ...metric, name: "g", data: { gauge: { dataPoints: [point, point] } } },
              { ...metric, name: "n", data: undefined },
            ],
          },
        ],
      },
    ],
  });
  const seen: unknown[] = [];
  skimmer.metrics(bytes, ({ name, unit, kind, points }) => seen.push([name, unit, kind, points]));
  expect(seen).toEqual([
    ["g", "s", "gauge", 2],
    ["n", "s", "none", 0],
  ]);
});
