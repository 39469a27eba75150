/** OTLP requests from short descriptions. */
import type { AnyValue, KeyValue, LogRecord, Span } from "@throughline/core/otlp";
import { encodeLogs, encodeTraces } from "@throughline/core/otlp";
import type { Delivery } from "../../../src/home.ts";

type Plain = string | number | boolean;

interface Common {
  /** Any text: ids are made from it. */
  readonly trace?: string | undefined;
  readonly session?: string | undefined;
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, Plain>>;
}

export interface SpanSketch extends Common {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string | undefined;
  readonly name?: string;
  readonly error?: boolean;
  /** Milliseconds after the start of the story. */
  readonly start?: number;
  readonly end?: number;
  readonly links?: readonly { readonly trace: string; readonly id: string }[] | undefined;
}

export interface LogSketch extends Common {
  readonly log: string;
  /** The span it is on. */
  readonly on?: string | undefined;
  readonly at?: number;
  readonly severity?: number;
  readonly body?: string;
}

export type Sketch = SpanSketch | LogSketch;

const STORY = 1_790_000_000_000n * 1_000_000n;

export function traceIdOf(text: string): string {
  return Buffer.from(text).toString("hex").padEnd(32, "0").slice(0, 32);
}

export function spanIdOf(text: string): string {
  return Buffer.from(text).toString("hex").padEnd(16, "0").slice(0, 16);
}

export function spans(sketches: readonly SpanSketch[], door?: string): Delivery {
  const resourceSpans = byService(sketches).map(([service, group]) => ({
    resource: resourceOf(service),
    scopeSpans: [{ scope: SCOPE, spans: group.map(spanOf), schemaUrl: "" }],
    schemaUrl: "",
  }));
  return delivery("traces", encodeTraces({ resourceSpans }), door);
}

export function logs(sketches: readonly LogSketch[], door?: string): Delivery {
  const resourceLogs = byService(sketches).map(([service, group]) => ({
    resource: resourceOf(service),
    scopeLogs: [{ scope: SCOPE, logRecords: group.map(logOf), schemaUrl: "" }],
    schemaUrl: "",
  }));
  return delivery("logs", encodeLogs({ resourceLogs }), door);
}

/** One delivery a record, in the order given. */
export function oneByOne(sketches: readonly Sketch[], door?: string): Delivery[] {
  return sketches.map((sketch) => ("log" in sketch ? logs([sketch], door) : spans([sketch], door)));
}

export function delivery(
  signal: Delivery["signal"],
  bytes: Uint8Array,
  door: string | undefined,
): Delivery {
  const body = new Uint8Array(bytes);
  return door === undefined ? { signal, body } : { signal, body, door };
}

const SCOPE = { name: "test", version: "1", attributes: [], droppedAttributesCount: 0 };

function resourceOf(service: string) {
  return {
    attributes: attributesOf({ "service.name": service }),
    droppedAttributesCount: 0,
    entityRefs: [],
  };
}

function spanOf(sketch: SpanSketch): Span {
  const start = sketch.start ?? 0;
  return {
    traceId: traceIdOf(sketch.trace),
    spanId: spanIdOf(sketch.id),
    traceState: "",
    parentSpanId: sketch.parent === undefined ? "" : spanIdOf(sketch.parent),
    flags: 0,
    name: sketch.name ?? sketch.id,
    kind: 1,
    startTimeUnixNano: time(start),
    endTimeUnixNano: time(sketch.end ?? start + 1),
    attributes: attributesOf(withSession(sketch)),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: (sketch.links ?? []).map(({ id, trace }) => ({
      traceId: traceIdOf(trace),
      spanId: spanIdOf(id),
      traceState: "",
      attributes: [],
      droppedAttributesCount: 0,
      flags: 0,
    })),
    droppedLinksCount: 0,
    status: { message: "", code: sketch.error === true ? 2 : 0 },
  };
}

function logOf(sketch: LogSketch): LogRecord {
  return {
    timeUnixNano: time(sketch.at ?? 0),
    observedTimeUnixNano: 0n,
    severityNumber: sketch.severity ?? 9,
    severityText: "",
    body: { stringValue: sketch.body ?? "" },
    attributes: attributesOf(withSession(sketch)),
    droppedAttributesCount: 0,
    flags: 0,
    traceId: sketch.trace === undefined ? "" : traceIdOf(sketch.trace),
    spanId: sketch.on === undefined ? "" : spanIdOf(sketch.on),
    eventName: sketch.log,
  };
}

function time(ms: number): bigint {
  return STORY + BigInt(Math.round(ms * 1_000_000));
}

function withSession({ attributes, session }: Common): Readonly<Record<string, Plain>> {
  return session === undefined ? (attributes ?? {}) : { "session.id": session, ...attributes };
}

function attributesOf(plain: Readonly<Record<string, Plain>>): KeyValue[] {
  return Object.entries(plain).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: Plain): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}

function byService<T extends Common>(sketches: readonly T[]): [string, T[]][] {
  return [...Map.groupBy(sketches, ({ service }) => service ?? "app")];
}
