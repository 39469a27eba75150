import {
  type AnyValue,
  logsFromJson,
  type TracesRequest,
  tracesFromJson,
} from "@throughline/core/otlp";
import { plainMap, plainValue, recordsOf } from "@throughline/core/record";
import { describe, expect, it } from "vitest";

const TRACE = "4acca441dba8071e51177f7c82fe0d07";
const SPAN = "00f067aa0ba902b7";

const traces = (...spans: object[]): TracesRequest =>
  tracesFromJson({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "agent" } }] },
        scopeSpans: [
          {
            scope: {
              name: "s",
              version: "1",
              attributes: [{ key: "k", value: { boolValue: true } }],
            },
            spans: spans.map((span) => Object.assign({ traceId: TRACE, spanId: SPAN }, span)),
          },
        ],
      },
    ],
  });

const spanRecords = (...spans: object[]) =>
  [...recordsOf(traces(...spans))].filter((record) => record.kind === "span");
const logRecords = (...logRecords: object[]) =>
  [...recordsOf(logsFromJson({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))].filter(
    (record) => record.kind === "log",
  );

describe("plain values", () => {
  it.each<[AnyValue, unknown]>([
    [{ stringValue: "" }, ""],
    [{ boolValue: false }, false],
    [{ intValue: 0 }, 0],
    [{ intValue: 2n ** 60n }, 2n ** 60n],
    [{ doubleValue: Number.NaN }, Number.NaN],
    [{ bytesValue: new Uint8Array([1]) }, new Uint8Array([1])],
    [{ arrayValue: { values: [{}, { intValue: 1 }] } }, [null, 1]],
    [{}, null],
    [{ stringValueStrindex: 3 }, null],
  ])("%o", (value, plain) => {
    expect(plainValue(value)).toEqual(plain);
  });

  it("of maps have no prototype, at any depth: keys come from strangers", () => {
    const inner = { kvlistValue: { values: [{ key: "__proto__", value: { stringValue: "x" } }] } };
    const map = plainMap([
      { key: "constructor", value: inner },
      { key: "__proto__", value: inner },
    ]);
    expect(Object.getPrototypeOf(map)).toBeNull();
    expect(Object.keys(map)).toEqual(["constructor", "__proto__"]);
    for (const value of Object.values(map)) {
      expect(Object.getPrototypeOf(value)).toBeNull();
      expect(Object.entries(value as object)).toEqual([["__proto__", "x"]]);
    }
  });

  it("take the last of two with one key, and pass over keys by table index", () => {
    const one = { key: "a", value: { intValue: 1 } };
    const map = plainMap([
      one,
      { key: "a", value: { intValue: 2 } },
      { ...one, key: "", keyStrindex: 4 },
    ]);
    expect({ ...map }).toEqual({ a: 2 });
  });
});

describe("spans", () => {
  it("become flat records under their resource and scope", () => {
    const [record, second] = spanRecords(
      {
        parentSpanId: "1122334455667788",
        name: "chat",
        kind: 3,
        startTimeUnixNano: "5",
        endTimeUnixNano: "9",
        status: { code: 2, message: "no" },
        attributes: [{ key: "n", value: { intValue: "3" } }],
        events: [{ name: "e", timeUnixNano: "7", attributes: [{ key: "x", value: {} }] }],
        links: [{ traceId: TRACE, spanId: SPAN, attributes: [] }],
      },
      {},
    );
    expect(record).toEqual({
      kind: "span",
      traceId: TRACE,
      spanId: SPAN,
      parentSpanId: "1122334455667788",
      parentIsRemote: undefined,
      name: "chat",
      spanKind: "client",
      startNs: 5n,
      endNs: 9n,
      status: { code: "error", message: "no" },
      attributes: { n: 3 },
      events: [{ name: "e", timeNs: 7n, attributes: { x: null } }],
      links: [{ traceId: TRACE, spanId: SPAN, attributes: {} }],
      resource: { attributes: { "service.name": "agent" } },
      scope: { name: "s", version: "1", attributes: { k: true } },
    });
    expect(second!.resource).toBe(record!.resource);
    expect(second!.scope).toBe(record!.scope);
  });

  it("say whether their parent is remote only when the emitter said so", () => {
    const flags = [0x000, 0x001, 0x100, 0x101, 0x200, 0x300, 0x301];
    expect(
      spanRecords(...flags.map((flags) => ({ flags }))).map(({ parentIsRemote }) => parentIsRemote),
    ).toEqual([undefined, undefined, false, false, undefined, true, true]);
  });

  it("of a kind or status nobody knows yet are unspecified and unset", () => {
    expect(spanRecords({ kind: 17, status: { code: 9 } }, { kind: -1 })).toMatchObject([
      { spanKind: "unspecified", status: { code: "unset" } },
      { spanKind: "unspecified" },
    ]);
  });

  it("lose links that lead nowhere", () => {
    const links = [
      { traceId: "", spanId: SPAN },
      { traceId: TRACE, spanId: "0".repeat(16) },
      { traceId: "12", spanId: SPAN },
    ];
    expect(spanRecords({ links })[0]!.links).toEqual([]);
  });
});

describe("log records", () => {
  it("take their own time before the observed one", () => {
    expect(
      logRecords(
        { timeUnixNano: "5", observedTimeUnixNano: "9" },
        { observedTimeUnixNano: "9" },
      ).map(({ timeNs }) => timeNs),
    ).toEqual([5n, 9n]);
  });

  it("have the name of the EventName field, else of the older attribute", () => {
    const attributes = [{ key: "event.name", value: { stringValue: "older" } }];
    const odd = [{ key: "event.name", value: { intValue: 1 } }];
    expect(
      logRecords({ eventName: "field", attributes }, { attributes }, { attributes: odd }, {}).map(
        ({ eventName }) => eventName,
      ),
    ).toEqual(["field", "older", "", ""]);
  });

  it("stand outside any trace when their ids are none", () => {
    const ids = [
      { traceId: TRACE, spanId: SPAN },
      { traceId: "0".repeat(32), spanId: "0".repeat(16) },
      { traceId: "1122", spanId: "33" },
      {},
    ];
    expect(logRecords(...ids).map(({ traceId, spanId }) => [traceId, spanId])).toEqual([
      [TRACE, SPAN],
      ["", ""],
      ["", ""],
      ["", ""],
    ]);
  });

  it("have a plain body, a map where it is a list of pairs, null where there is none", () => {
    const map = {
      kvlistValue: { values: [{ key: "a", value: { arrayValue: { values: [{ intValue: 1 }] } } }] },
    };
    const bodies = logRecords({ body: map }, { body: { stringValue: "x" } }, {}).map(
      ({ body }) => body,
    );
    expect(bodies).toEqual([{ a: [1] }, "x", null]);
  });
});
