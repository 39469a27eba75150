import type { Grouping } from "../tree.ts";

/** Names and values in the order of the names, none of them empty. */
export type LabelSet = readonly (readonly [name: string, value: string])[];

export interface Series {
  readonly labels: LabelSet;
  /** One for each step. NaN is a value here: 0/0 gives it. */
  readonly values: Float64Array;
  /** 1 where the step has a value. */
  readonly present: Uint8Array;
}

export function emptySeries(labels: LabelSet, steps: number): Series {
  return { labels, values: new Float64Array(steps), present: new Uint8Array(steps) };
}

export function constantSeries(value: number, steps: number): Series {
  return {
    labels: [],
    values: new Float64Array(steps).fill(value),
    present: new Uint8Array(steps).fill(1),
  };
}

export function put(series: Series, step: number, value: number): void {
  series.values[step] = value;
  series.present[step] = 1;
}

export function isPresent({ present }: Series, step: number): boolean {
  return present[step] === 1;
}

export function hasAny({ present }: Series): boolean {
  return present.includes(1);
}

export function labelSet(labels: Iterable<readonly [string, string]>): LabelSet {
  return [...labels].filter(([, value]) => value !== "").toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function keyOf(labels: LabelSet): string {
  return labels.map(([name, value]) => `${name}\u0001${value}`).join("\u0002");
}

/** The labels that a grouping leaves; without one none are. */
export function grouped(labels: LabelSet, grouping: Grouping | null): LabelSet {
  if (grouping === null) return [];
  return labels.filter(([name]) => grouping.labels.includes(name) !== grouping.without);
}
