import {
  type AnyValue,
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogRecord as WireLog,
  type Scope as WireScope,
  type Span as WireSpan,
} from "@throughline/core/otlp";
import type {
  LogRecord,
  PlainMap,
  PlainValue,
  Resource,
  Scope,
  SpanRecord,
} from "@throughline/core/record";
import type { OtlpPiece } from "../home.ts";
import { chunks } from "./fetch.ts";
import type { Placed } from "./held.ts";

const RECORDS_A_PIECE = 1_000;
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["unset", "ok", "error"];
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Records as export requests again: what the engines kept of them. */
export function* otlpOf(places: readonly Placed[]): Generator<OtlpPiece> {
  const records = places.flatMap(({ open, record }) => (open ? [] : [record]));
  for (const piece of chunks(records, RECORDS_A_PIECE)) {
    const spans = piece.filter((record) => record.kind === "span");
    const logs = piece.filter((record) => record.kind === "log");
    if (spans.length > 0) yield { signal: "traces", body: tracesOf(spans) };
    if (logs.length > 0) yield { signal: "logs", body: logsOf(logs) };
  }
}

function tracesOf(spans: readonly SpanRecord[]): Uint8Array {
  return encodeTraces({
    resourceSpans: groups(spans).map(({ records, resource, scope }) => ({
      resource: wireResource(resource),
      scopeSpans: [{ scope: wireScope(scope), spans: records.map(wireSpan), schemaUrl: "" }],
      schemaUrl: "",
    })),
  });
}

function logsOf(logs: readonly LogRecord[]): Uint8Array {
  return encodeLogs({
    resourceLogs: groups(logs).map(({ records, resource, scope }) => ({
      resource: wireResource(resource),
      scopeLogs: [{ scope: wireScope(scope), logRecords: records.map(wireLog), schemaUrl: "" }],
      schemaUrl: "",
    })),
  });
}

interface Group<R> {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly records: R[];
}

/** Runs of records under one resource and scope. */
function groups<R extends SpanRecord | LogRecord>(records: readonly R[]): readonly Group<R>[] {
  const runs: Group<R>[] = [];
  for (const record of records) {
    const { resource, scope } = record;
    const last = runs.at(-1);
    if (last?.resource === resource && last.scope === scope) last.records.push(record);
    else runs.push({ resource, scope, records: [record] });
  }
  return runs;
}

function wireResource({ attributes }: Resource) {
  return { attributes: pairs(attributes), droppedAttributesCount: 0, entityRefs: [] };
}

function wireScope({ attributes, name, version }: Scope): WireScope {
  return { name, version, attributes: pairs(attributes), droppedAttributesCount: 0 };
}

function wireSpan(span: SpanRecord): WireSpan {
  const { parentIsRemote, status } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: "",
    parentSpanId: span.parentSpanId,
    flags: parentIsRemote === undefined ? 0 : HAS_IS_REMOTE | (parentIsRemote ? IS_REMOTE : 0),
    name: span.name,
    kind: KINDS.indexOf(span.spanKind),
    startTimeUnixNano: span.startNs,
    endTimeUnixNano: span.endNs,
    attributes: pairs(span.attributes),
    droppedAttributesCount: 0,
    events: span.events.map(({ attributes, name, timeNs }) => ({
      timeUnixNano: timeNs,
      name,
      attributes: pairs(attributes),
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: 0,
    links: span.links.map(({ attributes, spanId, traceId }) => ({
      traceId,
      spanId,
      traceState: "",
      attributes: pairs(attributes),
      droppedAttributesCount: 0,
      flags: 0,
    })),
    droppedLinksCount: 0,
    status: { message: status.message, code: STATUSES.indexOf(status.code) },
  };
}

function wireLog(log: LogRecord): WireLog {
  return {
    timeUnixNano: log.timeNs,
    observedTimeUnixNano: 0n,
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    body: log.body === null ? undefined : wireValue(log.body),
    attributes: pairs(log.attributes),
    droppedAttributesCount: 0,
    flags: 0,
    traceId: log.traceId,
    spanId: log.spanId,
    eventName: log.eventName,
  };
}

function pairs(map: PlainMap): KeyValue[] {
  return Object.entries(map).map(([key, value]) => ({ key, value: wireValue(value) }));
}

function wireValue(value: PlainValue): AnyValue {
  if (value === null) return {};
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value };
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: value };
  return isList(value)
    ? { arrayValue: { values: value.map(wireValue) } }
    : { kvlistValue: { values: pairs(value) } };
}

function isList(value: readonly PlainValue[] | PlainMap): value is readonly PlainValue[] {
  return Array.isArray(value);
}
