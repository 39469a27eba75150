import type { Call } from "../engine/protocol.ts";

/** What is said of all the calls of one model or one tool. */
export interface Line {
  readonly who: string;
  readonly calls: number;
  readonly errors: number;
  readonly median: number | null;
  readonly p95: number | null;
  readonly longest: number | null;
  readonly total: number;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly cost: number | null;
}

export function linesOf(calls: readonly Call[]): Line[] {
  const groups = Map.groupBy(calls, ({ who }) => who);
  return [...groups]
    .map(([who, group]) => {
      const times = group.flatMap(({ ms }) => (ms === null ? [] : [ms])).toSorted((a, b) => a - b);
      const costs = group.flatMap(({ cost }) => (cost === null ? [] : [cost]));
      return {
        who,
        calls: group.length,
        errors: group.filter(({ error }) => error).length,
        median: quantile(times, 0.5),
        p95: quantile(times, 0.95),
        longest: times.at(-1) ?? null,
        total: sum(times),
        input: sum(group.map(({ input }) => input)),
        output: sum(group.map(({ output }) => output)),
        cached: sum(group.map(({ cached }) => cached)),
        cost: costs.length === 0 ? null : sum(costs),
      };
    })
    .toSorted((a, b) => b.total - a.total);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Of ascending values; the nearest rank, so that it is one that was measured. */
export function quantile(values: readonly number[], part: number): number | null {
  return values[Math.max(0, Math.ceil(values.length * part) - 1)] ?? null;
}

/** Running sums, to be drawn as steps. */
export function running(values: readonly number[]): number[] {
  let all = 0;
  return values.map((value) => (all += value));
}
