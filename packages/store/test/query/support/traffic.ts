import {
  type AnyValue,
  decodeLogs,
  decodeTraces,
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogRecord,
  type Span,
} from "@throughline/core/otlp";
import { type LogRecord as PlainLog, recordsOf, type SpanRecord } from "@throughline/core/record";
import type { Delivery } from "@throughline/store";
import * as fc from "fast-check";

/** Each round of a test has two minutes of its own, of which records fill the first, and traces of its own. */
const began = BigInt(Date.now() - 3_600_000) * 1_000_000n;
const SECOND = 1_000_000_000n;
const TRACES = 16;

function beginOf(round: number): bigint {
  return began + BigInt(round) * 120n * SECOND;
}

export function traceIdOf(round: number, trace: number): string {
  return hexId(round * TRACES + trace, 32);
}

export const sessions = ["s1", "s2", "AB12CD34-1234-4ABC-8DEF-1234567890AB", "büro"] as const;
const services = ["shop", "web"] as const;
const longName = "a name that is too long to be kept as a word ".repeat(4);

interface Shared {
  readonly service: string | undefined;
  readonly resourceSession: string | undefined;
  readonly session: string | undefined;
  readonly at: number;
  readonly trace: number;
}

export interface TrafficSpan extends Shared {
  readonly span: number;
  readonly parent: number;
  readonly name: string;
  readonly kind: number;
  readonly status: number;
  readonly duration: number;
  readonly attributes: Readonly<Record<string, AnyValue>>;
  readonly event: string | undefined;
}

export interface TrafficLog extends Shared {
  readonly body: AnyValue | undefined;
  readonly severity: number;
  readonly inTrace: boolean;
  readonly attributes: Readonly<Record<string, AnyValue>>;
}

const shared = {
  service: fc.constantFrom(...services, undefined),
  resourceSession: fc.constantFrom(undefined, undefined, undefined, "s1"),
  session: fc.constantFrom(...sessions, undefined, undefined),
  // Microseconds and nanoseconds: rows keep the former alone.
  at: fc.oneof(
    fc.integer({ min: 0, max: 59 }).map((s) => s * 1e9),
    fc.integer({ min: 0, max: 60e9 }),
  ),
  trace: fc.integer({ min: 1, max: 5 }),
};

const value: fc.Arbitrary<AnyValue> = fc.oneof(
  fc.constantFrom("a", "b", "refund", "42", "true", "").map((stringValue) => ({ stringValue })),
  fc.constantFrom(1, 42, 7).map((intValue) => ({ intValue })),
  fc.constantFrom(0.5, 42).map((doubleValue) => ({ doubleValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.constantFrom("a", "z").map((text) => ({
    arrayValue: { values: [{ stringValue: text }, { stringValue: "b" }] },
  })),
);

const attributes = fc.dictionary(
  fc.constantFrom("k", "other.key", "gen_ai.tool.name", "service.name", "trace_id", "http_path"),
  value,
  { maxKeys: 3 },
);

export const someSpan: fc.Arbitrary<TrafficSpan> = fc.record({
  ...shared,
  span: fc.integer({ min: 1, max: 40 }),
  parent: fc.integer({ min: 0, max: 12 }),
  name: fc.constantFrom("invoke_agent x", "execute_tool refund", "chat", longName),
  kind: fc.constantFrom(0, 1, 2, 3, 9),
  status: fc.constantFrom(0, 1, 2, 7),
  duration: fc.constantFrom(0, 999, 1_000, 1_001, 5_000_000, 1_500_000_000),
  attributes,
  event: fc.constantFrom(undefined, undefined, "exception"),
});

const body: fc.Arbitrary<AnyValue | undefined> = fc.oneof(
  fc
    .constantFrom(
      "plain words with refund in them",
      'level=warn k=a dur=10ms n=5 msg="two words"',
      '{"level":"error","k":"b","n":7,"deep":{"x":"y"}}',
      "",
    )
    .map((stringValue) => ({ stringValue })),
  fc.constant({
    kvlistValue: { values: [{ key: "k", value: { stringValue: "refund" } }] },
  }),
  fc.constant(undefined),
);

export const someLog: fc.Arbitrary<TrafficLog> = fc.record({
  ...shared,
  body,
  severity: fc.constantFrom(0, 5, 9, 13, 17),
  inTrace: fc.boolean(),
  attributes,
});

function hexId(number: number, length: number): string {
  return number.toString(16).padStart(length, "0");
}

export function tracesOf(round: number, spans: readonly TrafficSpan[]): Delivery {
  const resourceSpans = groups(spans).map((group) => ({
    resource: resourceOf(group[0]),
    scopeSpans: [{ scope: SCOPE, spans: group.map((told) => spanOf(round, told)), schemaUrl: "" }],
    schemaUrl: "",
  }));
  return { signal: "traces", body: new Uint8Array(encodeTraces({ resourceSpans })) };
}

export function logsOf(round: number, logs: readonly TrafficLog[]): Delivery {
  const resourceLogs = groups(logs).map((group) => ({
    resource: resourceOf(group[0]),
    scopeLogs: [
      { scope: SCOPE, logRecords: group.map((told) => logOf(round, told)), schemaUrl: "" },
    ],
    schemaUrl: "",
  }));
  return { signal: "logs", body: new Uint8Array(encodeLogs({ resourceLogs })) };
}

/** What a store keeps: of spans that share their ids the first. */
export function keptSpans(deliveries: readonly Delivery[]): SpanRecord[] {
  const kept = new Map<string, SpanRecord>();
  for (const { body, signal } of deliveries)
    if (signal === "traces")
      for (const record of recordsOf(decodeTraces(body)))
        if (record.kind === "span" && !kept.has(record.traceId + record.spanId))
          kept.set(record.traceId + record.spanId, record);
  return [...kept.values()];
}

export function keptLogs(deliveries: readonly Delivery[]): PlainLog[] {
  return deliveries.flatMap(({ body, signal }) =>
    signal === "logs"
      ? [...recordsOf(decodeLogs(body))].filter((record) => record.kind === "log")
      : [],
  );
}

function groups<T extends Shared>(records: readonly T[]): T[][] {
  return [
    ...Map.groupBy(records, ({ resourceSession, service }) =>
      JSON.stringify([service, resourceSession]),
    ).values(),
  ];
}

function resourceOf(first: Shared | undefined) {
  const attributes: KeyValue[] = [{ key: "host.name", value: { stringValue: "h" } }];
  if (first?.service !== undefined)
    attributes.push({ key: "service.name", value: { stringValue: first.service } });
  if (first?.resourceSession !== undefined)
    attributes.push({ key: "session.id", value: { stringValue: first.resourceSession } });
  return { attributes, droppedAttributesCount: 0, entityRefs: [] };
}

const SCOPE = { name: "scope", version: "1", attributes: [], droppedAttributesCount: 0 };

function pairs({ session }: Shared, attributes: Readonly<Record<string, AnyValue>>): KeyValue[] {
  const own = session === undefined ? {} : { "session.id": { stringValue: session } };
  return Object.entries({ ...own, ...attributes }).map(([key, value]) => ({ key, value }));
}

function spanOf(round: number, told: TrafficSpan): Span {
  const start = beginOf(round) + BigInt(told.at);
  return {
    traceId: traceIdOf(round, told.trace),
    spanId: hexId(told.span, 16),
    traceState: "",
    parentSpanId: told.parent === 0 || told.parent === told.span ? "" : hexId(told.parent, 16),
    flags: 0x101,
    name: told.name,
    kind: told.kind,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(told.duration),
    attributes: pairs(told, told.attributes),
    droppedAttributesCount: 0,
    events:
      told.event === undefined
        ? []
        : [
            {
              timeUnixNano: start + 5n,
              name: told.event,
              attributes: [{ key: "exception.type", value: { stringValue: "Boom" } }],
              droppedAttributesCount: 0,
            },
          ],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { message: "", code: told.status },
  };
}

function logOf(round: number, told: TrafficLog): LogRecord {
  return {
    timeUnixNano: beginOf(round) + BigInt(told.at),
    observedTimeUnixNano: began,
    severityNumber: told.severity,
    severityText: "",
    body: told.body,
    attributes: pairs(told, told.attributes),
    droppedAttributesCount: 0,
    flags: 0,
    traceId: told.inTrace ? traceIdOf(round, told.trace) : "",
    spanId: "",
    eventName: "",
  };
}

export interface SomeWindow {
  /** Seconds. */
  readonly from: number;
  readonly length: number;
}

/** A part of a round, all of it, or what came before too. */
export const someWindow: fc.Arbitrary<SomeWindow> = fc.record({
  from: fc.integer({ min: -150, max: 40 }),
  length: fc.integer({ min: 1, max: 220 }),
});

export function windowOf(round: number, { from, length }: SomeWindow) {
  const startNs = beginOf(round) + BigInt(from) * SECOND;
  return { startNs, endNs: startNs + BigInt(length) * SECOND };
}
