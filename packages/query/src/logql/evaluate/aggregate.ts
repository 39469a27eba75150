import type { VectorAggregation } from "../tree.ts";
import {
  emptySeries,
  grouped,
  hasAny,
  isPresent,
  keyOf,
  type LabelSet,
  put,
  type Series,
} from "./series.ts";

/** `sum by (…)`, `topk(…)` and the like over the series of each step. */
export function aggregate(
  aggregation: VectorAggregation,
  series: readonly Series[],
  steps: number,
): readonly Series[] {
  const { function: name, grouping, parameter } = aggregation;
  const groups = groupsOf(series, aggregation);
  switch (name) {
    case "topk":
    case "approx_topk":
      return groups.flatMap(({ members }) =>
        keepMost(members, parameter ?? 0, steps, (a, b) => b - a),
      );
    case "bottomk":
      return groups.flatMap(({ members }) =>
        keepMost(members, parameter ?? 0, steps, (a, b) => a - b),
      );
    case "sort":
      return series.toSorted((a, b) => lastOf(a) - lastOf(b));
    case "sort_desc":
      return series.toSorted((a, b) => lastOf(b) - lastOf(a));
    default: {
      const reduce = REDUCERS[name];
      return groups.map(({ labels, members }) => {
        const result = emptySeries(grouping === null ? [] : labels, steps);
        for (let step = 0; step < steps; step++) {
          const values = members
            .filter((member) => isPresent(member, step))
            .map(({ values }) => values[step] ?? 0);
          if (values.length > 0) put(result, step, reduce(values));
        }
        return result;
      });
    }
  }
}

interface Group {
  readonly labels: LabelSet;
  readonly members: Series[];
}

function groupsOf(series: readonly Series[], { grouping }: VectorAggregation): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const each of series) {
    const labels = grouped(each.labels, grouping);
    const key = keyOf(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, members: [each] });
    else group.members.push(each);
  }
  return [...groups.values()];
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const best = (values: readonly number[], beats: (value: number, best: number) => boolean): number =>
  values.reduce((most, value) => (Number.isNaN(most) || beats(value, most) ? value : most));

function variance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / values.length;
}

const REDUCERS = {
  sum,
  avg: (values: readonly number[]) => sum(values) / values.length,
  min: (values: readonly number[]) => best(values, (value, least) => value < least),
  max: (values: readonly number[]) => best(values, (value, most) => value > most),
  count: (values: readonly number[]) => values.length,
  stdvar: variance,
  stddev: (values: readonly number[]) => Math.sqrt(variance(values)),
} as const;

/** The series whole, but with values only where they are among the first k; NaN comes last. */
function keepMost(
  members: readonly Series[],
  k: number,
  steps: number,
  order: (a: number, b: number) => number,
): readonly Series[] {
  const kept = members.map(({ labels }) => emptySeries(labels, steps));
  for (let step = 0; step < steps; step++) {
    const present = [...members.entries()]
      .filter(([, member]) => isPresent(member, step))
      .map(([index, { values }]) => [index, values[step] ?? 0] as const);
    present.sort(
      ([, a], [, b]) => Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || order(a, b) || 0,
    );
    for (const [index, value] of present.slice(0, k)) {
      const target = kept[index];
      if (target !== undefined) put(target, step, value);
    }
  }
  return kept.filter(hasAny);
}

function lastOf({ present, values }: Series): number {
  return values[present.lastIndexOf(1)] ?? 0;
}
