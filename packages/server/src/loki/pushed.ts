import type { KeyValue, LogRecord, LogsRequest, ResourceLogs } from "@throughline/core/otlp";
import { indexAttributes } from "@throughline/query/logql";
import { structuredMetadataName } from "@throughline/core";

export interface PushedStream {
  readonly labels: ReadonlyMap<string, string>;
  readonly entries: readonly PushedEntry[];
}

export interface PushedEntry {
  readonly timeNs: bigint;
  readonly line: string;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The attributes whose labels Loki makes of a resource, by the label's name. */
const attributeOf: ReadonlyMap<string, string> = new Map(
  indexAttributes.map((name) => [structuredMetadataName(name), name]),
);

/** Streams as OTLP: labels are attributes of the resource, and those that OTLP has no place for are named as labels there. */
export function logsOfPush(streams: readonly PushedStream[]): LogsRequest {
  return { resourceLogs: streams.map(resourceLogs) };
}

/** Of a resource: attributes that are labels too, as the Collector's Loki exporter named them. */
const labelHint = "loki.resource.labels";

function resourceLogs({ entries, labels }: PushedStream): ResourceLogs {
  const attributes = Array.from(labels, ([name, value]) =>
    text(attributeOf.get(name) ?? name, value),
  );
  const hinted = [...labels.keys()].filter((name) => !attributeOf.has(name));
  if (hinted.length > 0) attributes.push(text(labelHint, hinted.join(", ")));
  const scope = { name: "", version: "", attributes: [], droppedAttributesCount: 0 };
  return {
    resource: { attributes, droppedAttributesCount: 0, entityRefs: [] },
    scopeLogs: [{ scope, logRecords: entries.map(logRecord), schemaUrl: "" }],
    schemaUrl: "",
  };
}

function logRecord({ line, metadata, timeNs }: PushedEntry): LogRecord {
  const rest = new Map(metadata);
  const take = (name: string, form: RegExp): string => {
    const value = rest.get(name) ?? "";
    if (!form.test(value)) return "";
    rest.delete(name);
    return value;
  };
  const traceId = take("trace_id", /^[0-9a-f]{32}$/);
  return {
    timeUnixNano: timeNs,
    observedTimeUnixNano: timeNs,
    traceId,
    spanId: traceId === "" ? "" : take("span_id", /^[0-9a-f]{16}$/),
    severityNumber: Number(take("severity_number", /^(?:\d|1\d|2[0-4])$/)),
    severityText: take("severity_text", /^.{1,64}$/),
    eventName: take("event_name", /^.{1,256}$/),
    body: { stringValue: line },
    attributes: Array.from(rest, ([name, value]) => text(name, value)),
    droppedAttributesCount: 0,
    flags: 0,
  };
}

function text(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}
