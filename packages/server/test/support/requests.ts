import {
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogRecord,
  type LogsRequest,
  type Span,
  type TracesRequest,
} from "@throughline/core/otlp";

/** Small OTLP requests, as an agent's SDK would send them. Every span has its own id and, unless told otherwise, trace. */
let counted = 0;

export interface Wanted {
  readonly session?: string;
  readonly spans?: number;
  readonly traceId?: string;
  readonly parent?: string;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Far from each other, so that a flipped bit never makes one id another. */
export function hexId(bytes: 8 | 16, n: number): string {
  const spread = BigInt.asUintN(64, BigInt(n) * 0x9e37_79b9_7f4a_7c15n)
    .toString(16)
    .padStart(16, "0");
  return bytes === 8 ? spread : spread + spread;
}

export function traces(wanted: Wanted = {}): TracesRequest {
  const spans = Array.from({ length: wanted.spans ?? 1 }, () => span(wanted));
  return {
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans, schemaUrl: "" }], schemaUrl: "" }],
  };
}

export function logs(wanted: Wanted & { readonly records?: number } = {}): LogsRequest {
  const logRecords = Array.from({ length: wanted.records ?? 1 }, () => log(wanted));
  return {
    resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords, schemaUrl: "" }], schemaUrl: "" }],
  };
}

export function tracesBody(wanted: Wanted = {}): Uint8Array {
  return encodeTraces(traces(wanted));
}

export function logsBody(wanted: Wanted & { readonly records?: number } = {}): Uint8Array {
  return encodeLogs(logs(wanted));
}

const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });

const resource = {
  attributes: [text("service.name", "shop-agent")],
  droppedAttributesCount: 0,
  entityRefs: [],
};
const scope = { name: "test", version: "1", attributes: [], droppedAttributesCount: 0 };

function attributesOf({ session, attributes = {} }: Wanted): KeyValue[] {
  const given = Object.entries(attributes).map(([key, value]) => text(key, value));
  return session === undefined ? given : [text("session.id", session), ...given];
}

function span(wanted: Wanted): Span {
  const n = ++counted;
  const start = BigInt(Date.now()) * 1_000_000n;
  return {
    traceId: wanted.traceId ?? hexId(16, n),
    spanId: hexId(8, n),
    traceState: "",
    parentSpanId: wanted.parent ?? "",
    flags: 0x101,
    name: wanted.name ?? "invoke_agent shop",
    kind: 1,
    startTimeUnixNano: start,
    endTimeUnixNano: start + 1_000_000n,
    attributes: attributesOf(wanted),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { message: "", code: 0 },
  };
}

function log(wanted: Wanted): LogRecord {
  const n = ++counted;
  const now = BigInt(Date.now()) * 1_000_000n;
  return {
    timeUnixNano: now,
    observedTimeUnixNano: now,
    severityNumber: 9,
    severityText: "INFO",
    body: { stringValue: wanted.name ?? `line ${n}` },
    attributes: attributesOf(wanted),
    droppedAttributesCount: 0,
    flags: 1,
    traceId: wanted.traceId ?? "",
    spanId: "",
    eventName: "",
  };
}
