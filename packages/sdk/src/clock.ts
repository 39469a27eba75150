/**
 * Wall time with the resolution of the monotonic clock. `Date.now()` alone has whole milliseconds, so a child could seem
 * to start before its parent; `performance.timeOrigin` alone drifts by minutes once a laptop has slept.
 */
let origin = Date.now() - performance.now();
const maxDriftMs = 20;

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  const monotonic = performance.now();
  const wall = Date.now();
  if (Math.abs(origin + monotonic - wall) > maxDriftMs) origin = wall - monotonic;
  return origin + monotonic;
}
