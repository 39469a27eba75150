/** Skim and full decoding, compared on the same bytes, whatever these are. */
import {
  createSkimmer,
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  type KeyValue,
  type LogRecord,
  type Metric,
  OtlpError,
  type PromotedValue,
  type Resource,
  type SkimmedGroup,
  type SkimmedLog,
  type SkimmedMetric,
  type SkimmedSpan,
  type SkimResult,
  type Span,
} from "@throughline/core/otlp";
import { plainMap } from "@throughline/core/record";
import type { Signal } from "./protos.ts";

/** What every generated message may carry among others. */
export const PROMOTED = ["", "text", "session.id", "a", "é"];
export const LIMITS = { maxDepth: 6, maxAttributes: 4 };

const skimmer = createSkimmer({ attributes: PROMOTED, resourceAttributes: PROMOTED, ...LIMITS });

/** What one reading of a request came to: lines about each record, or the code of the error. */
interface Outcome {
  readonly error: string | undefined;
  readonly records: readonly string[];
  readonly rejected: readonly string[];
}

/** The outcome, when skim and decoding agree on it; throws when they do not, or when one of them breaks. */
export function agreedOutcome(signal: Signal, bytes: Uint8Array): Outcome {
  const skimmed = outcome((records, rejected) => {
    const result = skim(signal, bytes, records);
    for (const [code, count] of result.reasons) {
      for (let i = 0; i < count; i++) rejected.push(code);
    }
  });
  const decoded = outcome((records, rejected) => {
    decode(signal, bytes, records, (error) => rejected.push(error.code));
  });
  if (
    skimmed.error !== decoded.error ||
    skimmed.records.join() !== decoded.records.join() ||
    skimmed.rejected.join() !== decoded.rejected.join()
  ) {
    throw new Error(
      `Skim and decoding disagree on ${Buffer.from(bytes).toString("hex")}:\n${JSON.stringify(skimmed, null, 1)}\n${JSON.stringify(decoded, null, 1)}`,
    );
  }
  return decoded;
}

function outcome(read: (records: string[], rejected: string[]) => void): Outcome {
  const records: string[] = [];
  const rejected: string[] = [];
  try {
    read(records, rejected);
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
    return { error: error.code, records: [], rejected: [] };
  }
  return { error: undefined, records, rejected: rejected.toSorted() };
}

function skim(signal: Signal, bytes: Uint8Array, lines: string[]): SkimResult {
  if (signal === "traces") return skimmer.traces(bytes, (span) => lines.push(skimmedSpan(span)));
  if (signal === "logs") return skimmer.logs(bytes, (log) => lines.push(skimmedLog(log)));
  return skimmer.metrics(bytes, (metric) => lines.push(skimmedMetric(metric)));
}

function decode(
  signal: Signal,
  bytes: Uint8Array,
  lines: string[],
  onRejected: (error: OtlpError) => void,
): void {
  const options = { ...LIMITS, onRejected };
  if (signal === "traces") {
    for (const { resource, schemaUrl, scopeSpans } of decodeTraces(bytes, options).resourceSpans) {
      for (const group of scopeSpans) {
        const head = headLine(resource, schemaUrl, group.scope?.name, group.schemaUrl);
        for (const span of group.spans) lines.push(decodedSpan(span, head));
      }
    }
  } else if (signal === "logs") {
    for (const { resource, schemaUrl, scopeLogs } of decodeLogs(bytes, options).resourceLogs) {
      for (const group of scopeLogs) {
        const head = headLine(resource, schemaUrl, group.scope?.name, group.schemaUrl);
        for (const log of group.logRecords) lines.push(decodedLog(log, head));
      }
    }
  } else {
    for (const group of decodeMetrics(bytes, options).resourceMetrics) {
      for (const { scope, metrics, schemaUrl } of group.scopeMetrics) {
        const head = headLine(group.resource, group.schemaUrl, scope?.name, schemaUrl);
        for (const metric of metrics) lines.push(decodedMetric(metric, head));
      }
    }
  }
}

function headLine(
  resource: Resource | undefined,
  schemaUrl: string,
  scopeName = "",
  scopeSchemaUrl: string,
): string {
  return line(promotedOf(resource?.attributes ?? []), schemaUrl, scopeName, scopeSchemaUrl);
}

function groupLine(group: SkimmedGroup): string {
  const { resourceValues, resourceSchemaUrl, scopeName, scopeSchemaUrl } = group;
  return line(printable(resourceValues), resourceSchemaUrl, scopeName, scopeSchemaUrl);
}

/** Arrays within arrays run together, which is good enough: both sides are built alike. */
function line(...parts: readonly unknown[]): string {
  return parts.join("|");
}

function printable(values: readonly PromotedValue[]): unknown[] {
  return values.map((value) => (value === undefined ? "" : `${typeof value} ${value}`));
}

/** The scalars among the attributes asked for, from the model. */
function promotedOf(attributes: readonly KeyValue[]): unknown[] {
  const map = plainMap(attributes.map(({ key, value }) => ({ key, value })));
  return printable(
    PROMOTED.map((key) => {
      const value = map[key];
      if (typeof value === "bigint") return String(value);
      return typeof value === "object" ? undefined : value;
    }),
  );
}

const hexAt = (bytes: Uint8Array, at: number, size: number): string =>
  at < 0 ? "" : Buffer.from(bytes.subarray(at, at + size)).toString("hex");
const nanos = (low: number, high: number): string => String((BigInt(high) << 32n) + BigInt(low));

function skimmedSpan(span: SkimmedSpan): string {
  const { bytes } = span;
  return line(
    groupLine(span.group),
    hexAt(bytes, span.traceIdAt, 16),
    hexAt(bytes, span.spanIdAt, 8),
    hexAt(bytes, span.parentIdAt, 8),
    span.name,
    [span.kind, span.statusCode, span.flags],
    [nanos(span.startLow, span.startHigh), nanos(span.endLow, span.endHigh)],
    [span.attributeCount, span.eventCount, span.linkCount],
    printable(span.values),
  );
}

function decodedSpan(span: Span, head: string): string {
  return line(
    head,
    span.traceId,
    span.spanId,
    span.parentSpanId,
    span.name,
    [span.kind, span.status.code, span.flags],
    [String(span.startTimeUnixNano), String(span.endTimeUnixNano)],
    [span.attributes.length, span.events.length, span.links.length],
    promotedOf(span.attributes),
  );
}

function skimmedLog(log: SkimmedLog): string {
  const { bytes } = log;
  return line(
    groupLine(log.group),
    hexAt(bytes, log.traceIdAt, 16),
    hexAt(bytes, log.spanIdAt, 8),
    log.eventName,
    [log.severityNumber, log.flags, nanos(log.timeLow, log.timeHigh), log.attributeCount],
    log.bodyAt < 0 ? null : new TextDecoder().decode(bytes.subarray(log.bodyAt, log.bodyEnd)),
    printable(log.values),
  );
}

function decodedLog(log: LogRecord, head: string): string {
  const valid = (id: string, length: number) => (id.length === length && /[^0]/.test(id) ? id : "");
  const time = log.timeUnixNano === 0n ? log.observedTimeUnixNano : log.timeUnixNano;
  const body = log.body !== undefined && "stringValue" in log.body ? log.body.stringValue : null;
  return line(
    head,
    valid(log.traceId, 32),
    valid(log.spanId, 16),
    log.eventName,
    [log.severityNumber, log.flags, String(time), log.attributes.length],
    // The comparison above takes a byte order mark for none.
    body?.replace(/^\ufeff/, "") ?? null,
    promotedOf(log.attributes),
  );
}

function skimmedMetric({ group, name, unit, kind, points }: SkimmedMetric): string {
  return line(groupLine(group), name, unit, kind, points);
}

function decodedMetric({ name, unit, data }: Metric, head: string): string {
  const [kind, held] = Object.entries<{ dataPoints: readonly unknown[] }>(data ?? {})[0] ?? [];
  return line(head, name, unit, kind ?? "none", held?.dataPoints.length ?? 0);
}
