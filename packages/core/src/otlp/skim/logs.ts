import { textPool } from "../wire/text.ts";
import type { SkimmedGroup } from "./frame.ts";
import { isId, micros } from "./fields.ts";
import type { Promoted, PromotedValue } from "./promoted.ts";
import type { Scan } from "./scan.ts";
import { ANY_VALUE } from "./shapes.ts";

/** One log record of a request. The same object is filled anew for every record: take what you need, keep only `group`. */
export interface SkimmedLog {
  /** The request. The LogRecord message is `bytes.subarray(start, end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Where the trace id begins; -1 when there is none, or none of 16 bytes: such a record stands outside any trace. */
  readonly traceIdAt: number;
  /** Where the span id begins; -1 when there is none, or none of 8 bytes. */
  readonly spanIdAt: number;
  readonly severityNumber: number;
  /** The EventName field alone; ask for `event.name` among the attributes to see the older form. */
  readonly eventName: string;
  readonly flags: number;
  /** The event's own time, or the observed time when the emitter gave none: nanoseconds, as halves of 32 bits. */
  readonly timeLow: number;
  readonly timeHigh: number;
  /** Whole microseconds, rounded down; exact until the year 2255. */
  readonly timeMicros: number;
  /** The body's text when it is a string: bytes bodyAt..bodyEnd. -1 when it is not. */
  readonly bodyAt: number;
  readonly bodyEnd: number;
  readonly attributeCount: number;
  /** By index of the `attributes` asked for; undefined when absent. */
  readonly values: readonly PromotedValue[];
  readonly group: SkimmedGroup;
}

type Cursor = { -readonly [K in keyof SkimmedLog]: SkimmedLog[K] };

export function logCursor(values: readonly PromotedValue[], group: SkimmedGroup): Cursor {
  return {
    bytes: group.resource,
    start: 0,
    end: 0,
    traceIdAt: -1,
    spanIdAt: -1,
    severityNumber: 0,
    eventName: "",
    flags: 0,
    timeLow: 0,
    timeHigh: 0,
    timeMicros: 0,
    bodyAt: -1,
    bodyEnd: -1,
    attributeCount: 0,
    values,
    group,
  };
}

/** Fills the cursor from the LogRecord message at start..end; false with `scan.fault` when it has to be rejected. */
export function skimLog(
  scan: Scan,
  promoted: Promoted,
  maxAttributes: number,
  log: Cursor,
  start: number,
  end: number,
): boolean {
  const { bytes, view } = scan;
  let traceIdAt = -1;
  let traceIdLength = 0;
  let spanIdAt = -1;
  let spanIdLength = 0;
  let eventNameAt = 0;
  let eventNameEnd = 0;
  let severityNumber = 0;
  let flags = 0;
  let timeAt = -1;
  let observedAt = -1;
  let attributeCount = 0;
  log.bodyAt = -1;
  log.bodyEnd = -1;
  promoted.clear();

  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    if (tag < 0) return false;
    pos = scan.at;
    const stop = scan.skip(tag, pos, end);
    if (stop < 0) return false;
    switch (tag) {
      case 0x09:
        timeAt = pos;
        break;
      case 0x10:
        severityNumber = scan.low | 0;
        break;
      case 0x2a: {
        const from = scan.at;
        if (!scan.check(ANY_VALUE, from, stop)) return false;
        findText(scan, from, stop, log);
        break;
      }
      case 0x32:
        attributeCount++;
        if (!promoted.read(scan.at, stop)) return false;
        break;
      case 0x45:
        flags = view.getUint32(pos, true);
        break;
      case 0x4a:
        traceIdAt = scan.at;
        traceIdLength = stop - traceIdAt;
        break;
      case 0x52:
        spanIdAt = scan.at;
        spanIdLength = stop - spanIdAt;
        break;
      case 0x59:
        observedAt = pos;
        break;
      case 0x62:
        eventNameAt = scan.at;
        eventNameEnd = stop;
        break;
    }
    pos = stop;
  }
  if (attributeCount > maxAttributes) return scan.fail("attributes", start) > 0;

  log.start = start;
  log.end = end;
  log.traceIdAt = isId(bytes, traceIdAt, traceIdLength, 16) ? traceIdAt : -1;
  log.spanIdAt = isId(bytes, spanIdAt, spanIdLength, 8) ? spanIdAt : -1;
  log.severityNumber = severityNumber;
  log.eventName = textPool.text(bytes, eventNameAt, eventNameEnd);
  log.flags = flags;
  log.timeLow = 0;
  log.timeHigh = 0;
  if (timeAt >= 0) readTime(view, timeAt, log);
  if (observedAt >= 0 && log.timeLow === 0 && log.timeHigh === 0) readTime(view, observedAt, log);
  log.timeMicros = micros(log.timeLow, log.timeHigh);
  log.attributeCount = attributeCount;
  return true;
}

function readTime(view: DataView, at: number, log: Cursor): void {
  log.timeLow = view.getUint32(at, true);
  log.timeHigh = view.getUint32(at + 4, true);
}

/** The last of the value's alternatives counts. */
function findText(scan: Scan, start: number, end: number, log: Cursor): void {
  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    pos = scan.skip(tag, scan.at, end);
    if (tag === 0x0a) {
      log.bodyAt = scan.at;
      log.bodyEnd = pos;
    } else if (isAlternative(tag)) {
      log.bodyAt = -1;
      log.bodyEnd = -1;
    }
  }
}

function isAlternative(tag: number): boolean {
  return (
    tag === 0x10 ||
    tag === 0x18 ||
    tag === 0x21 ||
    tag === 0x2a ||
    tag === 0x32 ||
    tag === 0x3a ||
    tag === 0x40
  );
}
