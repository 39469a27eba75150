import { textPool } from "../wire/text.ts";
import type { SkimmedGroup } from "./frame.ts";
import { isId, micros } from "./fields.ts";
import type { Promoted, PromotedValue } from "./promoted.ts";
import type { Scan } from "./scan.ts";
import { EVENT, LINK } from "./shapes.ts";

/** One span of a request. The same object is filled anew for every span: take what you need, keep nothing of it but `group`. */
export interface SkimmedSpan {
  /** The request. The Span message is `bytes.subarray(start, end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Where the 16 bytes of the trace id begin. */
  readonly traceIdAt: number;
  /** Where the 8 bytes of the span id begin. */
  readonly spanIdAt: number;
  /** Where the 8 bytes of the parent's id begin; -1 for a root. */
  readonly parentIdAt: number;
  readonly name: string;
  readonly kind: number;
  readonly statusCode: number;
  readonly flags: number;
  /** Nanoseconds, as halves of 32 bits. */
  readonly startLow: number;
  readonly startHigh: number;
  readonly endLow: number;
  readonly endHigh: number;
  /** Whole microseconds, rounded down; exact until the year 2255. */
  readonly startMicros: number;
  readonly endMicros: number;
  readonly attributeCount: number;
  readonly eventCount: number;
  readonly linkCount: number;
  /** By index of the `attributes` asked for; undefined when absent. */
  readonly values: readonly PromotedValue[];
  readonly group: SkimmedGroup;
}

type Cursor = { -readonly [K in keyof SkimmedSpan]: SkimmedSpan[K] };

export function spanCursor(values: readonly PromotedValue[], group: SkimmedGroup): Cursor {
  return {
    bytes: group.resource,
    start: 0,
    end: 0,
    traceIdAt: -1,
    spanIdAt: -1,
    parentIdAt: -1,
    name: "",
    kind: 0,
    statusCode: 0,
    flags: 0,
    startLow: 0,
    startHigh: 0,
    endLow: 0,
    endHigh: 0,
    startMicros: 0,
    endMicros: 0,
    attributeCount: 0,
    eventCount: 0,
    linkCount: 0,
    values,
    group,
  };
}

/** Fills the cursor from the Span message at start..end; false with `scan.fault` when it has to be rejected. */
export function skimSpan(
  scan: Scan,
  promoted: Promoted,
  maxAttributes: number,
  span: Cursor,
  start: number,
  end: number,
): boolean {
  const { bytes, view } = scan;
  let traceIdAt = -1;
  let traceIdLength = 0;
  let spanIdAt = -1;
  let spanIdLength = 0;
  let parentIdAt = -1;
  let parentIdLength = 0;
  let nameAt = 0;
  let nameEnd = 0;
  let kind = 0;
  let flags = 0;
  let statusCode = 0;
  let startAt = -1;
  let endAt = -1;
  let attributeCount = 0;
  let eventCount = 0;
  let linkCount = 0;
  promoted.clear();

  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    if (tag < 0) return false;
    pos = scan.at;
    const stop = scan.skip(tag, pos, end);
    if (stop < 0) return false;
    switch (tag) {
      case 0x0a:
        traceIdAt = scan.at;
        traceIdLength = stop - traceIdAt;
        break;
      case 0x12:
        spanIdAt = scan.at;
        spanIdLength = stop - spanIdAt;
        break;
      case 0x22:
        parentIdAt = scan.at;
        parentIdLength = stop - parentIdAt;
        break;
      case 0x2a:
        nameAt = scan.at;
        nameEnd = stop;
        break;
      case 0x30:
        kind = scan.low | 0;
        break;
      case 0x39:
        startAt = pos;
        break;
      case 0x41:
        endAt = pos;
        break;
      case 0x4a:
        attributeCount++;
        if (!promoted.read(scan.at, stop)) return false;
        break;
      case 0x5a:
        eventCount++;
        if (!scan.check(EVENT, scan.at, stop)) return false;
        break;
      case 0x6a:
        linkCount++;
        if (!scan.check(LINK, scan.at, stop)) return false;
        break;
      case 0x7a: {
        const code = readStatusCode(scan, scan.at, stop, statusCode);
        if (code === undefined) return false;
        statusCode = code;
        break;
      }
      case 0x85:
        flags = view.getUint32(pos, true);
        break;
    }
    pos = stop;
  }

  if (!isId(bytes, traceIdAt, traceIdLength, 16)) return scan.fail("trace-id", start) > 0;
  if (!isId(bytes, spanIdAt, spanIdLength, 8)) return scan.fail("span-id", start) > 0;
  if (parentIdLength !== 8 && parentIdLength !== 0) return scan.fail("parent-id", start) > 0;
  if (attributeCount > maxAttributes) return scan.fail("attributes", start) > 0;

  span.start = start;
  span.end = end;
  span.traceIdAt = traceIdAt;
  span.spanIdAt = spanIdAt;
  span.parentIdAt = isId(bytes, parentIdAt, parentIdLength, 8) ? parentIdAt : -1;
  span.name = textPool.text(bytes, nameAt, nameEnd);
  span.kind = kind;
  span.statusCode = statusCode;
  span.flags = flags;
  span.startLow = startAt < 0 ? 0 : view.getUint32(startAt, true);
  span.startHigh = startAt < 0 ? 0 : view.getUint32(startAt + 4, true);
  span.endLow = endAt < 0 ? 0 : view.getUint32(endAt, true);
  span.endHigh = endAt < 0 ? 0 : view.getUint32(endAt + 4, true);
  span.startMicros = micros(span.startLow, span.startHigh);
  span.endMicros = micros(span.endLow, span.endHigh);
  span.attributeCount = attributeCount;
  span.eventCount = eventCount;
  span.linkCount = linkCount;
  return true;
}

function readStatusCode(
  scan: Scan,
  start: number,
  end: number,
  before: number,
): number | undefined {
  let code = before;
  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    if (tag < 0) return undefined;
    pos = scan.skip(tag, scan.at, end);
    if (pos < 0) return undefined;
    if (tag === 0x18) code = scan.low | 0;
  }
  return code;
}
