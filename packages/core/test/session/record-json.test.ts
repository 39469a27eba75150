import { describe, expect, test } from "vitest";
import type { LogRecord, SpanRecord } from "@throughline/core/record";
import {
  announcedSpan,
  jsonValue,
  leastSeverity,
  levelNameOf,
  sessionRecordOf,
} from "@throughline/core/session";

const TRACE = "4acca441dba8071e51177f7c82fe0d07";
const SPAN = "00f067aa0ba902b7";
const resource = { attributes: { "service.name": "shop" } };
const scope = { name: "test", version: "", attributes: {} };
const place = { recordId: "2026-11-20.1", sessionId: "s", membership: "carried" } as const;

function span(change: Partial<SpanRecord> = {}): SpanRecord {
  return {
    kind: "span",
    traceId: TRACE,
    spanId: SPAN,
    parentSpanId: "",
    parentIsRemote: undefined,
    name: "execute_tool refund",
    spanKind: "internal",
    startNs: 1_767_225_600_000_000_001n,
    endNs: 1_767_225_600_000_000_002n,
    status: { code: "error", message: "no" },
    attributes: { "gen_ai.operation.name": "execute_tool" },
    events: [],
    links: [],
    resource,
    scope,
    ...change,
  };
}

function log(change: Partial<LogRecord> = {}): LogRecord {
  return {
    kind: "log",
    traceId: TRACE,
    spanId: SPAN,
    timeNs: 1_767_225_600_000_000_000n,
    severityNumber: 9,
    severityText: "Information",
    eventName: "",
    body: null,
    attributes: {},
    resource,
    scope,
    ...change,
  };
}

describe("a record as JSON", () => {
  test("keeps nanoseconds, names the step and the level", () => {
    expect(sessionRecordOf(span(), place)).toMatchObject({
      kind: "span",
      record_id: "2026-11-20.1",
      step: "tool",
      start_ns: "1767225600000000001",
      end_ns: "1767225600000000002",
      status: "error",
      outcome: "error",
      severity: null,
      service: "shop",
      scope: "test",
    });
    expect(sessionRecordOf(log(), place)).toMatchObject({
      severity: "info",
      status: null,
      start_ns: "1767225600000000000",
      end_ns: "1767225600000000000",
    });
  });

  test("has no end while the work is unfinished", () => {
    expect(sessionRecordOf(span({ endNs: 0n }), place).end_ns).toBeNull();
  });

  test("what JSON has no word for is text, and a key is only a key", () => {
    const attributes = Object.create(null) as Record<string, never>;
    const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, never>;
    Object.defineProperty(attributes, "__proto__", { value: hostile, enumerable: true });
    const json = sessionRecordOf(log({ attributes }), place);
    expect(JSON.stringify(json.attributes)).toBe('{"__proto__":{"__proto__":{"polluted":true}}}');
    expect("polluted" in {}).toBe(false);
    expect(jsonValue(2n ** 60n)).toBe("1152921504606846976");
    expect(jsonValue([Number.NaN, -Infinity, 1.5])).toEqual(["NaN", "-Infinity", 1.5]);
    expect(jsonValue(new Uint8Array([1, 2, 255]))).toBe("AQL/");
  });
});

test("levels stand for four numbers each", () => {
  expect([0, 1, 4, 5, 9, 13, 17, 21, 24, 25].map((number) => levelNameOf(number))).toEqual([
    undefined,
    "trace",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "fatal",
    "fatal",
    undefined,
  ]);
  expect(leastSeverity("warn")).toBe(13);
  expect(leastSeverity("loud")).toBeUndefined();
});

describe("work that was announced", () => {
  const event = log({
    eventName: "throughline.span.start",
    attributes: {
      "session.id": "s",
      "throughline.step": "tool",
      "throughline.span.name": "execute_tool refund",
      "throughline.span.kind": "client",
      "throughline.span.parent_id": "00F067AA0BA902B8",
      "throughline.span.start_time_unix_nano": "1767225600000000007",
    },
  });

  test("is a span without an end", () => {
    expect(announcedSpan(event)).toMatchObject({
      kind: "span",
      traceId: TRACE,
      spanId: SPAN,
      parentSpanId: "00f067aa0ba902b8",
      name: "execute_tool refund",
      spanKind: "client",
      startNs: 1_767_225_600_000_000_007n,
      endNs: 0n,
      attributes: { "session.id": "s", "throughline.step": "tool" },
    });
    expect(Object.keys(announcedSpan(event).attributes)).toHaveLength(2);
  });

  test("takes nothing on trust", () => {
    const attributes = {
      "throughline.span.name": 7,
      "throughline.span.kind": "sideways",
      "throughline.span.parent_id": "0000000000000000",
      "throughline.span.start_time_unix_nano": "-1",
    };
    expect(announcedSpan(log({ attributes }))).toMatchObject({
      name: "",
      spanKind: "unspecified",
      parentSpanId: "",
      startNs: event.timeNs,
    });
  });
});
