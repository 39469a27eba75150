/** The times at which a range query answers: `firstNs`, then one every `stepNs`. */
export interface Steps {
  readonly firstNs: bigint;
  readonly stepNs: bigint;
  readonly count: number;
}

/** The step whose bucket (t - step, t] holds this time; below 0 or `count` and above where none does. */
export function stepOf({ firstNs, stepNs }: Steps, timeNs: bigint): number {
  const past = timeNs - firstNs;
  if (past <= 0n) return past > -stepNs ? 0 : -1;
  // Spans of a day are far below 2^53; where they are not, a bucket's edge may move by nanoseconds.
  const [since, step] = [Number(past), Number(stepNs)];
  const index = Math.ceil(since / step);
  return (index - 1) * step >= since ? index - 1 : index;
}
