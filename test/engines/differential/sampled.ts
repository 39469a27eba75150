import type { Answer } from "./ask.ts";

/** Of a quarter of some five hundred spans, three standard deviations. */
const TOLERANCE = 0.25;

/** Whether a metric is asked for by a sample. */
export function isSampled(query: string): boolean {
  return /\|\s*rate\(.*\bsample=/.test(query);
}

/** A sample tells of the whole: both must have the same series, and the sums over all steps must be near each other. */
export function sampledDifference(ours: Answer, theirs: Answer): string | undefined {
  if (ours.status !== theirs.status) return `status ${ours.status}, there ${theirs.status}`;
  const [mine, others] = [sums(ours), sums(theirs)];
  if ([...mine.keys()].join() !== [...others.keys()].join()) return "other series";
  const [here, there] = [total(mine), total(others)];
  return Math.abs(here - there) <= TOLERANCE * here ? undefined : `${here}, there about ${there}`;
}

function sums({ rows }: Answer): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [series, , value] of rows)
    sums.set(String(series), (sums.get(String(series)) ?? 0) + Number(value));
  return sums;
}

function total(sums: ReadonlyMap<string, number>): number {
  return [...sums.values()].reduce((sum, each) => sum + each, 0);
}
