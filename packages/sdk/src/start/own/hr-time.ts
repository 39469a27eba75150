import type { HrTime, TimeInput } from "@opentelemetry/api";

import { now } from "../../clock.ts";

export type { HrTime } from "@opentelemetry/api";

/** Ten years. The official SDK asks the clock instead. */
const longestUptimeMs = 315_360_000_000;

/** What the OTel API takes for a time: milliseconds since the epoch or since the process began, a date, or the pair itself. */
export function hrTimeOf(time: TimeInput | undefined): HrTime {
  if (typeof time === "number") {
    return fromMillis(time < longestUptimeMs ? performance.timeOrigin + time : time);
  }
  if (time instanceof Date) return fromMillis(time.getTime());
  return time ?? fromMillis(now());
}

function fromMillis(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  const nanos = Math.round((ms - seconds * 1_000) * 1e6);
  return nanos < 1e9 ? [seconds, nanos] : [seconds + 1, nanos - 1e9];
}

/** From one time to another; the seconds are negative when the other comes first. */
export function later([seconds, nanos]: HrTime, [otherSeconds, otherNanos]: HrTime): HrTime {
  const difference = otherNanos - nanos;
  return difference < 0
    ? [otherSeconds - seconds - 1, difference + 1e9]
    : [otherSeconds - seconds, difference];
}

export function isBefore(one: HrTime, other: HrTime): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
