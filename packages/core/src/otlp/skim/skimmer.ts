import { type DecodeLimits, limitsOf } from "../limits.ts";
import type { OtlpErrorCode } from "../otlp-error.ts";
import { checkFrames, type SkimmedGroup, walkFrames } from "./frame.ts";
import { logCursor, type SkimmedLog, skimLog } from "./logs.ts";
import { metricCursor, type SkimmedMetric, skimMetric } from "./metrics.ts";
import { Promoted } from "./promoted.ts";
import { Scan } from "./scan.ts";
import { type SkimmedSpan, skimSpan, spanCursor } from "./spans.ts";

export interface SkimOptions extends Partial<DecodeLimits> {
  /** Attribute keys to read from every span and log record. */
  readonly attributes: readonly string[];
  /** Attribute keys to read from every resource. */
  readonly resourceAttributes: readonly string[];
}

/** What became of the records of one request. */
export interface SkimResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly reasons: ReadonlyMap<OtlpErrorCode, number>;
}

/**
 * Reads of a request what a store needs to file its records, and leaves the rest as bytes.
 *
 * A request whose frames are broken throws {@link OtlpError} before the first record is reported. A record that is broken
 * itself, or has no valid id, is counted and left out. What is reported can be decoded in full later.
 *
 * Not reentrant: one request at a time.
 */
export interface Skimmer {
  traces(bytes: Uint8Array, onSpan: (span: SkimmedSpan) => void): SkimResult;
  logs(bytes: Uint8Array, onLog: (log: SkimmedLog) => void): SkimResult;
  metrics(bytes: Uint8Array, onMetric: (metric: SkimmedMetric) => void): SkimResult;
}

const NO_BYTES = new Uint8Array(0);
const NO_GROUP: SkimmedGroup = {
  resource: NO_BYTES,
  resourceSchemaUrl: "",
  resourceValues: [],
  scope: NO_BYTES,
  scopeName: "",
  scopeVersion: "",
  scopeSchemaUrl: "",
};

export function createSkimmer(options: SkimOptions): Skimmer {
  const { maxDepth, maxAttributes } = limitsOf(options);
  const scan = new Scan(maxDepth);
  const promoted = new Promoted(scan, options.attributes);
  const resourceKeys = new Promoted(scan, options.resourceAttributes);
  const span = spanCursor(promoted.values, NO_GROUP);
  const log = logCursor(promoted.values, NO_GROUP);
  const metric = metricCursor(NO_GROUP);

  function skim<C extends { bytes: Uint8Array; group: SkimmedGroup }>(
    bytes: Uint8Array,
    cursor: C,
    fill: (start: number, end: number) => boolean,
    report: (cursor: C) => void,
  ): SkimResult {
    scan.begin(bytes);
    checkFrames(scan);
    const reasons = new Map<OtlpErrorCode, number>();
    let accepted = 0;
    let rejected = 0;
    cursor.bytes = bytes;
    walkFrames(scan, resourceKeys, (start, end, group) => {
      if (fill(start, end)) {
        accepted++;
        cursor.group = group;
        report(cursor);
      } else {
        rejected++;
        reasons.set(scan.fault, (reasons.get(scan.fault) ?? 0) + 1);
      }
    });
    // The request must not stay in memory because of us.
    scan.begin(NO_BYTES);
    cursor.bytes = NO_BYTES;
    cursor.group = NO_GROUP;
    return { accepted, rejected, reasons };
  }

  const fillSpan = (start: number, end: number): boolean =>
    skimSpan(scan, promoted, maxAttributes, span, start, end);
  const fillLog = (start: number, end: number): boolean =>
    skimLog(scan, promoted, maxAttributes, log, start, end);
  const fillMetric = (start: number, end: number): boolean => skimMetric(scan, metric, start, end);

  return {
    traces: (bytes, onSpan) => skim(bytes, span, fillSpan, onSpan),
    logs: (bytes, onLog) => skim(bytes, log, fillLog, onLog),
    metrics: (bytes, onMetric) => skim(bytes, metric, fillMetric, onMetric),
  };
}
