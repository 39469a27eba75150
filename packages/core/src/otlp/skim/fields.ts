/** Whether there is an id of the right size that is not all zero. */
export function isId(bytes: Uint8Array, at: number, length: number, size: number): boolean {
  if (length !== size) return false;
  for (let i = at; i < at + size; i++) if (bytes[i] !== 0) return true;
  return false;
}

/**
 * Nanoseconds in halves to whole microseconds, without a bigint: 2^32 = 1,000 * 4,294,967 + 296. Times beyond the year 2255
 * stay there: they are nonsense, and no whole numbers in JavaScript any more.
 */
export function micros(low: number, high: number): number {
  const whole = high * 4294967 + Math.floor((high * 296 + low) / 1000);
  return Math.min(whole, Number.MAX_SAFE_INTEGER);
}
