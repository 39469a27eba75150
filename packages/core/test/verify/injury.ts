import type { PlainValue, SpanRecord, TelemetryRecord } from "@throughline/core/record";
import type { RuleId } from "@throughline/core/verify";

import { map } from "./telemetry.ts";

/** One thing that goes wrong in telemetry, and the rule that must say so. */
export interface Injury {
  readonly name: string;
  readonly rule: RuleId;
  /** Records it can happen to. */
  readonly fits: (record: TelemetryRecord, all: readonly TelemetryRecord[]) => boolean;
  /** What becomes of the record: nothing, itself changed, or several. */
  readonly hurt: (
    record: TelemetryRecord,
    all: readonly TelemetryRecord[],
  ) => readonly TelemetryRecord[];
}

export const without = (record: TelemetryRecord, ...keys: string[]): TelemetryRecord =>
  withAttributes(record, Object.fromEntries(keys.map((key) => [key, undefined])));

export function withAttributes(
  record: TelemetryRecord,
  attributes: Record<string, PlainValue | undefined>,
): TelemetryRecord {
  return { ...record, attributes: map({ ...record.attributes, ...attributes }) };
}

export const isSpan = (record: TelemetryRecord): record is SpanRecord => record.kind === "span";
export const stepOf = (record: TelemetryRecord): unknown =>
  isSpan(record) ? record.attributes["throughline.step"] : undefined;
export const is =
  (...steps: string[]) =>
  (record: TelemetryRecord): boolean =>
    steps.some((step) => stepOf(record) === step);
export const isEvent =
  (...names: string[]) =>
  (record: TelemetryRecord): boolean =>
    record.kind === "log" && names.includes(record.eventName);
export const isLine = isEvent("");
export const ours = (record: TelemetryRecord): boolean => stepOf(record) !== undefined;
export const failed = (record: TelemetryRecord): boolean =>
  isSpan(record) && record.status.code === "error";
export const outcomeOf = (record: TelemetryRecord): unknown =>
  record.attributes["throughline.outcome"];
export const captureOf = (record: TelemetryRecord): unknown =>
  record.resource.attributes["throughline.content.capture"];
export const hasLink = (record: TelemetryRecord, reason: string): boolean =>
  isSpan(record) && record.links.some((each) => each.attributes["throughline.link"] === reason);
export const parentOf = (
  record: TelemetryRecord,
  all: readonly TelemetryRecord[],
): SpanRecord | undefined =>
  isSpan(record)
    ? all
        .filter(isSpan)
        .find((each) => each.traceId === record.traceId && each.spanId === record.parentSpanId)
    : undefined;
export const childrenOf = (
  record: TelemetryRecord,
  all: readonly TelemetryRecord[],
): TelemetryRecord[] =>
  all.filter(
    (each) =>
      isSpan(each) && each.traceId === record.traceId && each.parentSpanId === record.spanId,
  );
/** A session's root is sent by every process that opens it: with one of two gone, all is well. */
export const isTwin = (record: TelemetryRecord, all: readonly TelemetryRecord[]): boolean =>
  all.filter(
    (each) => isSpan(each) && each.traceId === record.traceId && each.spanId === record.spanId,
  ).length > 1;
export const announced = (record: TelemetryRecord, all: readonly TelemetryRecord[]): boolean =>
  all.some(
    (each) =>
      isEvent("throughline.span.start")(each) &&
      each.traceId === record.traceId &&
      each.spanId === record.spanId,
  );
export const changed = <Kind extends TelemetryRecord>(
  record: Kind,
  change: Partial<Kind>,
): Kind => ({
  ...record,
  ...change,
});
