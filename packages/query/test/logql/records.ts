import type { LogRecord, PlainMap, PlainValue } from "@throughline/core/record";
import { createEntryReader, type LogEntry } from "@throughline/query/logql";

export const SECOND = 1_000_000_000n;
/** 2026-11-20T12:00:00Z */
export const NOON: bigint = 1_795_176_000n * SECOND;

type Attributes = { readonly [key: string]: PlainValue };

export interface LogSketch {
  readonly body?: PlainValue;
  /** Seconds after noon. */
  readonly at?: number;
  readonly severity?: number;
  readonly level?: string;
  readonly event?: string;
  readonly trace?: string;
  readonly span?: string;
  readonly attributes?: Attributes;
  readonly resource?: Attributes;
}

export function log(sketch: LogSketch = {}): LogRecord {
  return {
    kind: "log",
    traceId: sketch.trace ?? "",
    spanId: sketch.span ?? "",
    timeNs: NOON + BigInt(Math.round((sketch.at ?? 0) * 1e9)),
    severityNumber: sketch.severity ?? 0,
    severityText: sketch.level ?? "",
    eventName: sketch.event ?? "",
    body: sketch.body ?? "",
    attributes: map(sketch.attributes),
    resource: { attributes: map({ "service.name": "agent", ...sketch.resource }) },
    scope: { name: "", version: "", attributes: map() },
  };
}

export function entry(sketch: LogSketch = {}): LogEntry {
  return createEntryReader()(log(sketch));
}

function map(entries: Attributes = {}): PlainMap {
  return Object.assign(Object.create(null), entries) as PlainMap;
}
