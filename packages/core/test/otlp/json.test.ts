import {
  decodeTraces,
  encodeTraces,
  logsFromJson,
  logsToJson,
  metricsFromJson,
  OtlpError,
  requestFromJson,
  signalOfJson,
  tracesFromJson,
  tracesToJson,
} from "@throughline/core/otlp";
import { describe, expect, it } from "vitest";

const spanJson = (fields: object) => ({
  resourceSpans: [
    { scopeSpans: [{ spans: [{ traceId: "1".repeat(32), spanId: "2".repeat(16), ...fields }] }] },
  ],
});

const spanOf = (json: string | object) =>
  tracesFromJson(json).resourceSpans[0]!.scopeSpans[0]!.spans[0]!;

describe("OTLP/JSON", () => {
  it("reads ids of either case and writes them in lower case", () => {
    const request = tracesFromJson(
      spanJson({ traceId: "ABCDEFabcdef00000000000000000001", parentSpanId: "00000000000000FF" }),
    );
    const [span] = request.resourceSpans[0]!.scopeSpans[0]!.spans;
    expect(span).toMatchObject({
      traceId: "abcdefabcdef00000000000000000001",
      parentSpanId: "00000000000000ff",
    });
    expect(JSON.stringify(tracesToJson(request))).toContain(
      '"traceId":"abcdefabcdef00000000000000000001"',
    );
  });

  it("reads 64-bit integers as strings, as numbers, and as numbers longer than a double holds", () => {
    for (const time of ['"1780000000123456789"', "1780000000123456789"]) {
      const json = JSON.stringify(spanJson({ startTimeUnixNano: 0 })).replace(
        '"startTimeUnixNano":0',
        `"startTimeUnixNano":${time}`,
      );
      expect(spanOf(json).startTimeUnixNano).toBe(1_780_000_000_123_456_789n);
    }
    expect(
      spanOf(spanJson({ startTimeUnixNano: 1_780_000_000_000_000_000 })).startTimeUnixNano,
    ).toBe(1_780_000_000_000_000_000n);
    expect(spanOf(spanJson({ droppedEventsCount: "7" })).droppedEventsCount).toBe(7);
  });

  it("takes -2^63 as JavaScript prints it", () => {
    const json = '{"key":"k","value":{"intValue":-9223372036854776000}}';
    expect(
      spanOf(JSON.stringify(spanJson({ attributes: [] })).replace("[]", `[${json}]`)).attributes,
    ).toEqual([{ key: "k", value: { intValue: -(2n ** 63n) } }]);
  });

  it("reads enums as numbers, and by name from emitters that do not know better", () => {
    expect(spanOf(spanJson({ kind: 3, status: { code: 2 } }))).toMatchObject({
      kind: 3,
      status: { code: 2 },
    });
    expect(
      spanOf(spanJson({ kind: "SPAN_KIND_CLIENT", status: { code: "STATUS_CODE_ERROR" } })),
    ).toMatchObject({ kind: 3, status: { code: 2 } });
    const [log] = logsFromJson({
      resourceLogs: [
        { scopeLogs: [{ logRecords: [{ severityNumber: "SEVERITY_NUMBER_WARN2" }] }] },
      ],
    }).resourceLogs[0]!.scopeLogs[0]!.logRecords;
    expect(log!.severityNumber).toBe(14);
  });

  it("writes enums as numbers and 64-bit integers as strings", () => {
    const request = tracesFromJson(
      spanJson({
        kind: 2,
        startTimeUnixNano: "12",
        attributes: [{ key: "k", value: { intValue: 7 } }],
      }),
    );
    const [span] = (tracesToJson(request) as unknown as ReturnType<typeof spanJson>)
      .resourceSpans[0]!.scopeSpans[0]!.spans;
    expect(span).toMatchObject({
      kind: 2,
      startTimeUnixNano: "12",
      attributes: [{ key: "k", value: { intValue: "7" } }],
    });
  });

  it.each([
    ["NaN", "NaN", Number.NaN],
    ["Infinity", "Infinity", Number.POSITIVE_INFINITY],
    ["-Infinity", "-Infinity", Number.NEGATIVE_INFINITY],
    ["minus zero", "-0", -0],
    ["a number in quotes", "1.5", 1.5],
  ])("reads and writes %s", (_what, json, value) => {
    const request = tracesFromJson(
      spanJson({ attributes: [{ key: "k", value: { doubleValue: json } }] }),
    );
    expect(request.resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes[0]!.value).toEqual({
      doubleValue: value,
    });
    const again = tracesFromJson(JSON.stringify(tracesToJson(decodeTraces(encodeTraces(request)))));
    expect(again).toEqual(request);
  });

  it.each(["", "AA==", "AAE=", "AAEC", "AAEC_w", "AAEC/w==", "-_8"])(
    "reads bytes in either base64: %s",
    (base64) => {
      const [attribute] = spanOf(
        spanJson({ attributes: [{ key: "k", value: { bytesValue: base64 } }] }),
      ).attributes;
      expect(attribute!.value).toEqual({
        bytesValue: new Uint8Array(Buffer.from(base64, "base64")),
      });
    },
  );

  it.each(["A", "AAAAA", "AA=", "A===", "AA=A", "ä"])(
    "refuses what is not base64: %s",
    (base64) => {
      let code = "";
      tracesFromJson(spanJson({ attributes: [{ key: "k", value: { bytesValue: base64 } }] }), {
        onRejected: (error) => (code = error.code),
      });
      expect(code).toBe("json-base64");
    },
  );

  it("ignores what it does not know, snake_case among it, and takes null as absent", () => {
    const span = spanOf({
      ...spanJson({ name: null, start_time_unix_nano: "5", events: null, future: { deep: [1] } }),
      x: 1,
    });
    expect(span).toMatchObject({ name: "", startTimeUnixNano: 0n, events: [] });
  });

  it("keeps a body that is there from one that is not", () => {
    const json = {
      resourceLogs: [
        { scopeLogs: [{ logRecords: [{}, { body: {} }, { body: { stringValue: "" } }] }] },
      ],
    };
    const bodies = logsFromJson(json).resourceLogs[0]!.scopeLogs[0]!.logRecords.map(
      ({ body }) => body,
    );
    expect(bodies).toEqual([undefined, {}, { stringValue: "" }]);
    const [group] = (logsToJson(logsFromJson(json)) as unknown as typeof json).resourceLogs;
    expect(group!.scopeLogs[0]!.logRecords).toEqual([
      {},
      { body: {} },
      { body: { stringValue: "" } },
    ]);
  });

  it("tells the signal by the property at the top", () => {
    expect(requestFromJson('{"resourceSpans":[]}')).toEqual({
      signal: "traces",
      request: { resourceSpans: [] },
    });
    expect(requestFromJson({ resourceLogs: [] })).toEqual({
      signal: "logs",
      request: { resourceLogs: [] },
    });
    expect(requestFromJson({ resourceMetrics: [] }).signal).toBe("metrics");
    expect(signalOfJson({})).toBeUndefined();
    for (const json of ["{}", "[]", "null", '"resourceSpans"']) {
      expect(() => requestFromJson(json)).toThrow(OtlpError);
    }
  });

  it("reads metrics whose number comes as string or number", () => {
    const points = [{ asInt: "5" }, { asInt: 5 }, { asDouble: 5 }, {}];
    const request = metricsFromJson({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ gauge: { dataPoints: points } }] }] }],
    });
    const data = request.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!.data;
    expect("gauge" in data! ? data.gauge.dataPoints.map(({ value }) => value) : []).toEqual([
      { asInt: 5 },
      { asInt: 5 },
      { asDouble: 5 },
      undefined,
    ]);
  });
});
