/**
 * Wall time with the resolution of the monotonic clock. `Date.now()` alone has whole milliseconds, so a child could seem
 * to start before its parent; `performance.timeOrigin` alone drifts by minutes once a laptop has slept.
 */
let origin = Date.now() - performance.now();
const maxDriftMs = 20;
/** How often that is looked at: `Date.now()` takes longer than all the rest. */
const everyMs = 1;
let lookedAt = 0;

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return wallTime(performance.now());
}

/** The same, for a reading of the monotonic clock that was taken this moment. */
export function wallTime(monotonic: number): number {
  if (Math.abs(monotonic - lookedAt) > everyMs) {
    lookedAt = monotonic;
    const wall = Date.now();
    if (Math.abs(origin + monotonic - wall) > maxDriftMs) origin = wall - monotonic;
  }
  return origin + monotonic;
}
