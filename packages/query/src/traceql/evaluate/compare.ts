import type { SpanRecord } from "@throughline/core/record";
import { MOST_LABEL_TEXT } from "../../metrics/series.ts";
import { type Steps, stepOf } from "../../metrics/steps.ts";
import { printField } from "../print.ts";
import type { Compare, Field } from "../tree.ts";
import { spanTest, type SpanTest } from "./expression.ts";
import { fieldReader } from "./field.ts";
import type { Accumulator, MetricLimits } from "./over-time.ts";
import type { MetricSeries } from "./series.ts";
import type { Trace } from "./trace.ts";
import { labelValue, type LabelValue, type Value } from "./value.ts";

type Group = "baseline" | "selection";

interface Counts {
  readonly values: Map<LabelValue, { total: number; readonly steps: Float64Array }>;
  readonly total: Float64Array;
}

/** Intrinsics that tell spans apart; ids and times would only be as many values as spans. */
const INTRINSICS = ["name", "kind", "status", "statusMessage", "rootName", "rootServiceName"];

/** How often each value of each attribute occurs among the spans selected, and among the others. */
export class CompareAccumulator implements Accumulator {
  readonly #compare: Compare;
  readonly #steps: Steps;
  readonly #room: number;
  readonly #selected: SpanTest;
  readonly #counts = { baseline: new Map<string, Counts>(), selection: new Map<string, Counts>() };
  readonly #intrinsics = INTRINSICS.map(
    (name) => [name, fieldReader({ kind: "intrinsic", name })] as const,
  );
  #used = 0;
  #text = 0;
  overflowed = false;

  constructor(compare: Compare, steps: Steps, limits: MetricLimits) {
    this.#compare = compare;
    this.#steps = steps;
    this.#room = limits.maxCells / steps.count;
    this.#selected = spanTest(compare.selection);
  }

  add(span: SpanRecord, trace: Trace | undefined): void {
    const step = stepOf(this.#steps, span.startNs);
    if (step < 0 || step >= this.#steps.count) return;
    const group = this.#isSelected(span, trace) ? "selection" : "baseline";
    for (const [name, read] of this.#intrinsics) this.#count(group, name, read(span, trace), step);
    const { attributes, resource } = span;
    for (const name in attributes) this.#attribute(group, span, "span", name, step);
    for (const name in resource.attributes) this.#attribute(group, span, "resource", name, step);
  }

  #isSelected(span: SpanRecord, trace: Trace | undefined): boolean {
    const { within } = this.#compare;
    return (
      (within === null || (span.startNs >= within.start && span.startNs < within.end)) &&
      this.#selected(span, trace)
    );
  }

  #attribute(
    group: Group,
    span: SpanRecord,
    scope: "span" | "resource",
    name: string,
    step: number,
  ): void {
    const field: Field = { kind: "attribute", scope, name };
    this.#count(group, printField(field), fieldReader(field)(span, undefined), step);
  }

  #count(group: Group, name: string, value: Value, step: number): void {
    if (value === undefined) return;
    const known = this.#counts[group];
    let counts = known.get(name);
    if (counts === undefined) {
      if (!this.#takeRoom(name.length)) return;
      counts = { values: new Map(), total: new Float64Array(this.#steps.count) };
      known.set(name, counts);
    }
    counts.total[step] = (counts.total[step] ?? 0) + 1;
    const key = labelValue(value);
    let entry = counts.values.get(key);
    if (entry === undefined) {
      if (!this.#takeRoom(typeof key === "string" ? key.length : 0)) return;
      entry = { total: 0, steps: new Float64Array(this.#steps.count) };
      counts.values.set(key, entry);
    }
    entry.total++;
    entry.steps[step] = (entry.steps[step] ?? 0) + 1;
  }

  #takeRoom(text: number): boolean {
    if (this.#used >= this.#room || this.#text + text > MOST_LABEL_TEXT) this.overflowed = true;
    else {
      this.#used++;
      this.#text += text;
    }
    return !this.overflowed;
  }

  finish(): readonly MetricSeries[] {
    const series: MetricSeries[] = [];
    for (const group of ["baseline", "selection"] as const)
      for (const [name, { total, values }] of this.#counts[group]) {
        const most = [...values].toSorted(([, a], [, b]) => b.total - a.total);
        for (const [value, { steps }] of most.slice(0, this.#compare.top))
          series.push(labelled("__meta_type", group, name, value, steps));
        series.push(labelled("__meta_type", `${group}_total`, name, undefined, total));
        if (values.size > this.#compare.top) {
          const empty = new Float64Array(this.#steps.count);
          series.push(labelled("__meta_error", "__too_many_values__", name, undefined, empty));
        }
      }
    return series;
  }
}

function labelled(
  key: string,
  meta: string,
  name: string,
  value: LabelValue,
  values: Float64Array,
): MetricSeries {
  const labels = [
    { key, value: meta },
    { key: name, value },
  ];
  return { labels, values, exemplars: [] };
}
