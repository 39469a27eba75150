import type * as wire from "../otlp/model.ts";
import { plainMap, plainValue } from "./plain.ts";
import type {
  LogRecord,
  PlainMap,
  Resource,
  Scope,
  SpanKindName,
  SpanLink,
  SpanRecord,
  StatusName,
  TelemetryRecord,
} from "./record.ts";

const KINDS: readonly SpanKindName[] = [
  "unspecified",
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
];
const STATUSES: readonly StatusName[] = ["unset", "ok", "error"];

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Converted once for all records of a group. */
export function plainResource(resource: wire.Resource | undefined): Resource {
  return { attributes: plainMap(resource?.attributes ?? []) };
}

export function plainScope(scope: wire.Scope | undefined): Scope {
  return {
    name: scope?.name ?? "",
    version: scope?.version ?? "",
    attributes: plainMap(scope?.attributes ?? []),
  };
}

export function spanRecord(span: wire.Span, resource: Resource, scope: Scope): SpanRecord {
  return {
    kind: "span",
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    parentIsRemote: (span.flags & HAS_IS_REMOTE) === 0 ? undefined : (span.flags & IS_REMOTE) !== 0,
    name: span.name,
    spanKind: KINDS[span.kind] ?? "unspecified",
    startNs: span.startTimeUnixNano,
    endNs: span.endTimeUnixNano,
    status: { code: statusName(span.status.code), message: span.status.message },
    attributes: plainMap(span.attributes),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      timeNs: timeUnixNano,
      attributes: plainMap(attributes),
    })),
    links: span.links.flatMap(plainLink),
    resource,
    scope,
  };
}

/** Of OTLP's number; those of later versions are none that we know. */
export function statusName(code: number): StatusName {
  return STATUSES[code] ?? "unset";
}

/** A link without a valid target leads nowhere. */
function plainLink({ traceId, spanId, attributes }: wire.SpanLink): SpanLink[] {
  return validId(traceId, 32) === "" || validId(spanId, 16) === ""
    ? []
    : [{ traceId, spanId, attributes: plainMap(attributes) }];
}

export function logRecord(log: wire.LogRecord, resource: Resource, scope: Scope): LogRecord {
  const attributes = plainMap(log.attributes);
  return {
    kind: "log",
    traceId: validId(log.traceId, 32),
    spanId: validId(log.spanId, 16),
    timeNs: log.timeUnixNano === 0n ? log.observedTimeUnixNano : log.timeUnixNano,
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    eventName: log.eventName === "" ? olderEventName(attributes) : log.eventName,
    body: log.body === undefined ? null : plainValue(log.body),
    attributes,
    resource,
    scope,
  };
}

/** Before OTLP 1.5 gave events a field, their name stood in an attribute; Claude Code and others still put it there. */
function olderEventName(attributes: PlainMap): string {
  const name = attributes["event.name"];
  return typeof name === "string" ? name : "";
}

/** OTLP asks to take a log record with an id of zeros or of a wrong length as one without. */
function validId(id: string, length: number): string {
  return id.length === length && /[^0]/.test(id) ? id : "";
}

/** All records of a request, one after the other. */
export function* recordsOf(
  request: wire.TracesRequest | wire.LogsRequest,
): Generator<TelemetryRecord, void> {
  if ("resourceSpans" in request) {
    for (const group of request.resourceSpans) {
      const resource = plainResource(group.resource);
      for (const { scope, spans } of group.scopeSpans) {
        const plain = plainScope(scope);
        for (const span of spans) yield spanRecord(span, resource, plain);
      }
    }
    return;
  }
  for (const group of request.resourceLogs) {
    const resource = plainResource(group.resource);
    for (const { scope, logRecords } of group.scopeLogs) {
      const plain = plainScope(scope);
      for (const log of logRecords) yield logRecord(log, resource, plain);
    }
  }
}
