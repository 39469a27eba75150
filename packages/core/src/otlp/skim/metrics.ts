import { textPool } from "../wire/text.ts";
import type { SkimmedGroup } from "./frame.ts";
import type { Scan } from "./scan.ts";
import { KEY_VALUE, POINTS } from "./shapes.ts";

export type MetricKind =
  | "gauge"
  | "sum"
  | "histogram"
  | "exponentialHistogram"
  | "summary"
  | "none";

const KINDS: readonly MetricKind[] = Array.from({ length: 16 }, (_, field) => {
  switch (field) {
    case 5:
      return "gauge";
    case 7:
      return "sum";
    case 9:
      return "histogram";
    case 10:
      return "exponentialHistogram";
    case 11:
      return "summary";
    default:
      return "none";
  }
});

/** One metric of a request. The same object is filled anew for every metric: take what you need, keep only `group`. */
export interface SkimmedMetric {
  /** The request. The Metric message is `bytes.subarray(start, end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly unit: string;
  readonly kind: MetricKind;
  /** Data points in it. */
  readonly points: number;
  readonly group: SkimmedGroup;
}

type Cursor = { -readonly [K in keyof SkimmedMetric]: SkimmedMetric[K] };

export function metricCursor(group: SkimmedGroup): Cursor {
  return {
    bytes: group.resource,
    start: 0,
    end: 0,
    name: "",
    unit: "",
    kind: "none",
    points: 0,
    group,
  };
}

/** Fills the cursor from the Metric message at start..end; false with `scan.fault` when it has to be rejected. */
export function skimMetric(scan: Scan, metric: Cursor, start: number, end: number): boolean {
  metric.start = start;
  metric.end = end;
  metric.name = "";
  metric.unit = "";
  metric.kind = "none";
  metric.points = 0;
  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    if (tag < 0) return false;
    pos = scan.at;
    const stop = scan.skip(tag, pos, end);
    if (stop < 0) return false;
    const kind = (tag & 7) === 2 && tag < 128 ? KINDS[tag >>> 3]! : "none";
    if (tag === 0x0a) metric.name = textPool.text(scan.bytes, scan.at, stop);
    else if (tag === 0x1a) metric.unit = textPool.text(scan.bytes, scan.at, stop);
    else if (tag === 0x62) {
      if (!scan.check(KEY_VALUE, scan.at, stop)) return false;
    } else if (kind !== "none") {
      if (metric.kind !== kind) metric.points = 0;
      metric.kind = kind;
      if (!skimPoints(scan, metric, tag >>> 3, scan.at, stop)) return false;
    }
    pos = stop;
  }
  return true;
}

function skimPoints(
  scan: Scan,
  metric: Cursor,
  field: number,
  start: number,
  end: number,
): boolean {
  const shape = POINTS[field]!;
  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    if (tag < 0) return false;
    pos = scan.skip(tag, scan.at, end);
    if (pos < 0) return false;
    if (tag === 0x0a) {
      metric.points++;
      if (!scan.check(shape, scan.at, pos)) return false;
    }
  }
  return true;
}
