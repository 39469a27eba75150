import {
  createSkimmer,
  decodeLogs,
  decodeMetrics,
  decodeSpan,
  decodeTraces,
  encodeTraces,
  OtlpError,
  tracesFromJson,
} from "@throughline/core/otlp";
import { describe, expect, it } from "vitest";

const times = (count: number, ...part: readonly number[]): number[] =>
  Array.from({ length: count }, () => part).flat();

const TRACE_ID = [0x0a, 16, ...times(16, 1)];
const SPAN_ID = [0x12, 8, ...times(8, 2)];
const GOOD = [...TRACE_ID, ...SPAN_ID];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

const field = (tag: number, content: readonly number[]): number[] => [
  ...varint(tag),
  ...varint(content.length),
  ...content,
];

/** A request with these Span messages. */
function request(...spans: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    field(
      0x0a,
      field(
        0x12,
        spans.flatMap((span) => field(0x12, span)),
      ),
    ),
  );
}

const skimmer = createSkimmer({ attributes: ["k"], resourceAttributes: [] });

function rejections(bytes: Uint8Array): string[] {
  const codes: string[] = [];
  decodeTraces(bytes, { onRejected: (error) => codes.push(error.code) });
  return codes;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof OtlpError) return `${error.code} at ${error.offset}`;
    throw error;
  }
  return "accepted";
}

describe("a request whose frame is broken", () => {
  const broken: [string, readonly number[], string][] = [
    ["is cut off in a length", [0x0a], "truncated at 1"],
    ["claims more than there is", [0x0a, 5, 0x12], "truncated at 2"],
    ["claims 4 GB", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], "truncated at 6"],
    ["has a length of more than 32 bits", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x1f], "varint at 6"],
    ["has a number without an end", [0x08, ...times(11, 0xff)], "varint at 11"],
    ["has field number 0", [0x02, 0x00], "tag at 0"],
    ["has wire type 6", [0x0e, 0x00], "tag at 1"],
    ["has wire type 7", [0x0f, 0x00], "tag at 1"],
    ["ends a group that was not opened", [0x0c], "group at 1"],
    ["opens a group that never ends", [0x0b, 0x08, 0x01], "group at 3"],
    ["ends another group than it opened", [0x0b, 0x14], "group at 2"],
    ["opens groups within groups", times(200, 0x0b), "depth at 65"],
    ["has a resource that runs into the records", [0x0a, 4, 0x0a, 9, 0x0a, 1], "truncated at 4"],
  ];
  it.each(broken)("%s: refused", (_what, bytes, expected) => {
    const given = Uint8Array.from(bytes);
    expect(codeOf(() => decodeTraces(given))).toBe(expected);
    expect(codeOf(() => skimmer.traces(given, () => {}))).toBe(expected);
    expect(codeOf(() => skimmer.logs(given, () => {}))).toBe(expected);
    expect(codeOf(() => skimmer.metrics(given, () => {}))).toBe(expected);
  });

  it("reports no record before it is refused", () => {
    const bytes = Uint8Array.from([...request(GOOD), 0x0a, 99]);
    let seen = 0;
    expect(codeOf(() => skimmer.traces(bytes, () => seen++))).toMatch("truncated");
    expect(seen).toBe(0);
  });
});

describe("a span that is broken", () => {
  const value = (content: readonly number[]) =>
    field(0x4a, [0x0a, 1, 0x6b, ...field(0x12, content)]);
  const nested = (depth: number): number[] =>
    depth === 0 ? [0x10, 1] : field(0x2a, field(0x0a, nested(depth - 1)));
  const broken: [string, readonly number[], string][] = [
    ["has no trace id", SPAN_ID, "trace-id"],
    ["has a trace id of 15 bytes", [0x0a, 15, ...times(15, 1), ...SPAN_ID], "trace-id"],
    ["has a trace id of zeros", [0x0a, 16, ...times(16, 0), ...SPAN_ID], "trace-id"],
    ["has its trace id as a number", [0x08, 1, ...SPAN_ID], "trace-id"],
    ["has no span id", TRACE_ID, "span-id"],
    ["has a span id of 9 bytes", [...TRACE_ID, 0x12, 9, ...times(9, 1)], "span-id"],
    ["has a parent of 4 bytes", [...GOOD, 0x22, 4, 1, 2, 3, 4], "parent-id"],
    ["has an attribute cut off", [...GOOD, 0x4a, 3, 0x0a, 9, 0x6b], "truncated"],
    [
      "has a value cut off",
      [...GOOD, ...field(0x4a, [0x0a, 1, 0x6b, 0x12, 2, 0x0a, 9])],
      "truncated",
    ],
    ["has a double of 3 bytes", [...GOOD, ...value([0x21, 1, 2, 3])], "truncated"],
    ["has values 65 deep", [...GOOD, ...value(nested(65))], "depth"],
    ["has values 1,000 deep", [...GOOD, ...value(nested(1000))], "depth"],
    ["has an event cut off", [...GOOD, 0x5a, 2, 0x12, 9], "truncated"],
    ["has a link with an impossible tag", [...GOOD, 0x6a, 2, 0x07, 0x00], "tag"],
    ["has 16,385 attributes", [...GOOD, ...times(16_385, 0x4a, 0)], "attributes"],
  ];
  it.each(broken)("%s: rejected alone", (_what, span, expected) => {
    // The neighbour is nested itself: nothing of the broken one may still count.
    const bytes = request(GOOD, span, [...GOOD, ...value(nested(3))]);
    expect(rejections(bytes)).toEqual([expected]);
    const { accepted, rejected, reasons } = skimmer.traces(bytes, () => {});
    expect({ accepted, rejected, reasons: [...reasons] }).toEqual({
      accepted: 2,
      rejected: 1,
      reasons: [[expected, 1]],
    });
  });

  it("is refused alone too", () => {
    expect(codeOf(() => decodeSpan(Uint8Array.from(SPAN_ID)))).toBe("trace-id at 0");
  });

  it("is accepted just within the limits", () => {
    const bytes = request([...GOOD, ...value(nested(64))], [...GOOD, ...times(16_384, 0x4a, 0)]);
    expect(rejections(bytes)).toEqual([]);
    expect(skimmer.traces(bytes, () => {}).accepted).toBe(2);
  });
});

describe("protobuf's own rules", () => {
  const one = (...fields: readonly number[]) => {
    const bytes = request([...GOOD, ...fields]);
    const values: unknown[] = [];
    skimmer.traces(bytes, (span) => values.push(...span.values, span.parentIdAt));
    const span = decodeTraces(bytes).resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
    return { span, values };
  };

  it("skips unknown fields and known ones of another wire type", () => {
    const { span } = one(0x2d, 1, 2, 3, 4, 0x98, 0x06, 7, 0x30, 2, 0x9b, 0x06, 0x08, 1, 0x9c, 0x06);
    expect(span).toMatchObject({ name: "", kind: 2 });
  });

  it("takes the last of a scalar, merges messages, appends lists", () => {
    const { span } = one(
      ...[[0x30, 1], [0x30, 3], field(0x7a, [0x12, 1, 0x61]), field(0x7a, [0x18, 2])].flat(),
      ...[field(0x4a, [0x0a, 1, 0x61]), field(0x4a, [0x0a, 1, 0x62])].flat(),
    );
    expect(span.kind).toBe(3);
    expect(span.status).toEqual({ message: "a", code: 2 });
    expect(span.attributes.map(({ key }) => key)).toEqual(["a", "b"]);
  });

  it("takes the last alternative of a value, and merges lists that follow each other", () => {
    const list = [0x2a, 4, 0x0a, 2, 0x10, 1];
    const { span, values } = one(
      ...field(0x4a, [0x12, 3, 0x0a, 1, 0x78, 0x0a, 1, 0x6b, 0x12, 2, 0x18, 5]),
      ...field(0x4a, [0x0a, 1, 0x6c, ...field(0x12, list), ...field(0x12, list)]),
    );
    expect(span.attributes).toEqual([
      { key: "k", value: { intValue: 5 } },
      { key: "l", value: { arrayValue: { values: [{ boolValue: true }, { boolValue: true }] } } },
    ]);
    expect(values).toEqual([5, -1]);
  });

  it("lets the last of two attributes with one key count", () => {
    const { values } = one(
      ...field(0x4a, [0x0a, 1, 0x6b, 0x12, 2, 0x18, 5]),
      ...field(0x4a, [0x0a, 1, 0x6b, ...field(0x12, [0x2a, 0])]),
    );
    expect(values).toEqual([undefined, -1]);
  });

  it("takes a parent of zeros for none", () => {
    const { span, values } = one(0x22, 8, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(span.parentSpanId).toBe("");
    expect(values).toEqual([undefined, -1]);
  });

  it("reads lengths that are padded, as encoders write that fill them in afterwards", () => {
    const { span, values } = one(
      0x4a,
      0x88,
      0x80,
      0x00,
      0x0a,
      1,
      0x6b,
      0x12,
      0x82,
      0x00,
      0x18,
      0x7,
    );
    expect(span.attributes).toEqual([{ key: "k", value: { intValue: 7 } }]);
    expect(values).toEqual([7, -1]);
  });

  it("replaces invalid UTF-8 instead of refusing it", () => {
    const { span } = one(0x2a, 4, 0x61, 0xff, 0xc3, 0x62);
    expect(span.name).toBe("a\ufffd\ufffdb");
  });
});

describe("megabytes made to cost time or memory", () => {
  const MANY = 300_000;
  const repeated = (part: readonly number[]): number[] => times(MANY, ...part);
  const inRequest = (group: readonly number[]) => Uint8Array.from(field(0x0a, group));
  const inMetric = (metric: readonly number[]) => inRequest(field(0x12, field(0x12, metric)));
  // Every one of these was quadratic in a decoder that copies what it has to append to it.
  const costly: [string, Uint8Array][] = [
    ["resources in pieces", inRequest(repeated([0x0a, 2, 0x10, 1]))],
    ["scopes in pieces", inRequest(field(0x12, repeated([0x0a, 2, 0x20, 1])))],
    ["empty resources", Uint8Array.from(repeated([0x0a, 0]))],
    [
      "a list in pieces",
      request([...GOOD, ...field(0x4a, field(0x12, repeated([0x2a, 2, 0x0a, 0])))]),
    ],
    [
      "a value in pieces",
      request([...GOOD, ...field(0x4a, repeated([0x12, 4, 0x2a, 2, 0x0a, 0]))]),
    ],
    ["a status in pieces", request([...GOOD, ...repeated([0x7a, 2, 0x18, 1])])],
    ["empty events", request([...GOOD, ...repeated([0x5a, 0])])],
    ["a gauge in pieces", inMetric(repeated([0x2a, 2, 0x0a, 0]))],
    ["buckets in pieces", inMetric(field(0x52, field(0x0a, repeated([0x42, 2, 0x10, 1]))))],
    ["kinds of metric in turn", inMetric(repeated([0x2a, 2, 0x0a, 0, 0x3a, 2, 0x0a, 0]))],
  ];
  it.each(costly)("%s", (_what, bytes) => {
    const spans = skimmer.traces(bytes, () => {});
    const logs = skimmer.logs(bytes, () => {});
    const metrics = skimmer.metrics(bytes, () => {});
    const count = { spans: 0, logs: 0, metrics: 0 };
    decodeTraces(bytes, { onRejected: () => count.spans++ });
    decodeLogs(bytes, { onRejected: () => count.logs++ });
    decodeMetrics(bytes, { onRejected: () => count.metrics++ });
    expect(count).toEqual({
      spans: spans.rejected,
      logs: logs.rejected,
      metrics: metrics.rejected,
    });
  });

  it("spans without ids by the hundred thousand: skim counts them, decoding gives up", () => {
    const bytes = inRequest(field(0x12, repeated([0x12, 0])));
    expect(skimmer.traces(bytes, () => {})).toMatchObject({ accepted: 0, rejected: MANY });
    let told = 0;
    expect(codeOf(() => decodeTraces(bytes, { onRejected: () => told++ }))).toMatch("rejections");
    const json = { resourceSpans: [{ scopeSpans: [{ spans: times(MANY, 7) }] }] };
    expect(codeOf(() => tracesFromJson(json, { onRejected: () => told++ }))).toMatch("rejections");
    expect(told).toBe(20_000);
  });
});

describe("hostile JSON", () => {
  const codes = (json: string) => {
    const rejected: string[] = [];
    const code = codeOf(() =>
      tracesFromJson(json, { onRejected: (error) => rejected.push(`${error.code} ${error.path}`) }),
    );
    return rejected.length > 0 ? rejected : code;
  };
  const span = (fields: string) =>
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${"1".repeat(32)}","spanId":"${"2".repeat(16)}",${fields}}]}]}]}`;
  const at = (rest: string) => `$.resourceSpans[0].scopeSpans[0].spans[0]${rest}`;

  it.each([
    ["no JSON", "{", "json-syntax at 0"],
    ["no object", "[]", "json-type at 0"],
    ["not even an object", "7", "json-type at 0"],
    ["a list that is none", '{"resourceSpans":{}}', "json-type at 0"],
    ["100,000 brackets", "[".repeat(100_000), "json-syntax at 0"],
    [
      "100,000 brackets around a long number",
      `${"[".repeat(100_000)}12345678901234567890${"]".repeat(100_000)}`,
      "depth at 0",
    ],
  ])("%s: refused", (_what, json, expected) => {
    expect(codes(json)).toBe(expected);
  });

  it.each([
    ["a name that is a number", '"name":7', `json-type ${at(".name")}`],
    ["an id that is no hex", '"parentSpanId":"xyz"', `json-hex ${at(".parentSpanId")}`],
    ["a parent of 3 bytes", '"parentSpanId":"010203"', `parent-id ${at("")}`],
    [
      "a time that is negative",
      '"startTimeUnixNano":"-1"',
      `json-range ${at(".startTimeUnixNano")}`,
    ],
    [
      "a time of 65 bits",
      '"startTimeUnixNano":"18446744073709551616"',
      `json-range ${at(".startTimeUnixNano")}`,
    ],
    ["a time that is text", '"startTimeUnixNano":"today"', `json-type ${at(".startTimeUnixNano")}`],
    [
      "a count that is a fraction",
      '"droppedEventsCount":1.5',
      `json-range ${at(".droppedEventsCount")}`,
    ],
    [
      "bytes that are no base64",
      '"attributes":[{"key":"k","value":{"bytesValue":"*"}}]',
      `json-base64 ${at(".attributes[0].value.bytesValue")}`,
    ],
    [
      "values 65 deep",
      `"attributes":[{"key":"k","value":${'{"arrayValue":{"values":['.repeat(65)}{}${"]}}".repeat(65)}}]`,
      "depth",
    ],
  ])("%s: rejected alone", (_what, fields, expected) => {
    expect(codes(span(fields))).toEqual([expect.stringContaining(expected)]);
  });

  it("lists beside each other do not count as deep", () => {
    const list = '{"arrayValue":{"values":[]}}';
    const values = Array.from({ length: 100 }, () => list).join(",");
    const json = span(`"attributes":[{"key":"k","value":{"arrayValue":{"values":[${values}]}}}]`);
    expect(codes(json)).toBe("accepted");
    expect(rejections(encodeTraces(tracesFromJson(json)))).toEqual([]);
  });

  it("keeps what stands beside a rejected span", () => {
    const json = JSON.parse(span('"name":"good"')) as {
      resourceSpans: { scopeSpans: { spans: object[] }[] }[];
    };
    json.resourceSpans[0]!.scopeSpans[0]!.spans.unshift(
      { name: "no ids" },
      null as unknown as object,
    );
    const paths: string[] = [];
    const request = tracesFromJson(json, { onRejected: (error) => paths.push(error.path) });
    expect(paths).toEqual([at(""), at("").replace("spans[0]", "spans[1]")]);
    expect(request.resourceSpans[0]!.scopeSpans[0]!.spans.map(({ name }) => name)).toEqual([
      "good",
    ]);
    expect(encodeTraces(request).length).toBeGreaterThan(30);
  });
});
