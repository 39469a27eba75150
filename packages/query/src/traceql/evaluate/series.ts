import { ABSENT } from "../../metrics/series.ts";
import { PowerQuantiles } from "../../metrics/power-quantiles.ts";
import { Quantiles } from "../../metrics/quantiles.ts";
import type { Steps } from "../../metrics/steps.ts";
import { typeOf } from "../check.ts";
import type { OverTime } from "../tree.ts";
import type { LabelValue } from "./value.ts";

/** A label as the query wrote it, `resource.service.name`; undefined is `nil`. */
export interface SeriesLabel {
  readonly key: string;
  readonly value: LabelValue;
}

export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly timeNs: bigint;
  readonly value: number;
}

export interface MetricSeries {
  readonly labels: readonly SeriesLabel[];
  /** One for each step; NaN where there is none. Durations are seconds. */
  readonly values: Float64Array;
  readonly exemplars: readonly Exemplar[];
}

/** What a series adds up, step by step. */
export interface Tally {
  add(step: number, value: number): void;
  /** The values of each series that comes of it, and the label that tells them apart. */
  finish(): readonly (readonly [extra: readonly SeriesLabel[], values: Float64Array])[];
}

export function createTally(metric: OverTime, steps: Steps): Tally {
  const { count, stepNs } = steps;
  switch (metric.function) {
    case "rate":
      return new Sums(count, 0, Number(stepNs) / 1e9);
    case "count_over_time":
    case "histogram_over_time":
      return new Sums(count, 0);
    case "sum_over_time":
      return new Sums(count, ABSENT);
    case "avg_over_time":
      return new Averages(count);
    case "min_over_time":
      return new Extremes(count, (value, least) => value < least);
    case "max_over_time":
      return new Extremes(count, (value, most) => value > most);
    case "quantile_over_time":
      return new Ranks(count, metric);
  }
}

class Sums implements Tally {
  readonly #values: Float64Array;
  readonly #divisor: number;

  constructor(steps: number, start: number, divisor = 1) {
    this.#values = new Float64Array(steps).fill(start);
    this.#divisor = divisor;
  }

  add(step: number, value: number): void {
    this.#values[step] = (this.#values[step] || 0) + value;
  }

  finish(): ReturnType<Tally["finish"]> {
    return [[[], this.#values.map((value) => value / this.#divisor)]];
  }
}

class Averages implements Tally {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;

  constructor(steps: number) {
    this.#sums = new Float64Array(steps);
    this.#counts = new Float64Array(steps);
  }

  add(step: number, value: number): void {
    this.#sums[step] = (this.#sums[step] ?? 0) + value;
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
  }

  finish(): ReturnType<Tally["finish"]> {
    // Nothing over nothing is NaN: absent.
    return [[[], this.#sums.map((sum, step) => sum / (this.#counts[step] ?? 0))]];
  }
}

class Extremes implements Tally {
  readonly #values: Float64Array;
  readonly #beats: (value: number, best: number) => boolean;

  constructor(steps: number, beats: (value: number, best: number) => boolean) {
    this.#values = new Float64Array(steps).fill(ABSENT);
    this.#beats = beats;
  }

  add(step: number, value: number): void {
    const best = this.#values[step] ?? ABSENT;
    if (Number.isNaN(best) || this.#beats(value, best)) this.#values[step] = value;
  }

  finish(): ReturnType<Tally["finish"]> {
    return [[[], this.#values]];
  }
}

/** Whole numbers and durations as Tempo estimates them; fractions, of which it has no quantiles, exact. */
class Ranks implements Tally {
  readonly #quantiles: readonly number[];
  readonly #estimated: (PowerQuantiles | undefined)[];
  readonly #exact: (Quantiles | undefined)[];
  readonly #areDurations: boolean;
  #areWhole = true;

  constructor(steps: number, { field, quantiles }: OverTime) {
    this.#quantiles = quantiles;
    this.#estimated = Array.from({ length: steps });
    this.#exact = Array.from({ length: steps });
    this.#areDurations = field !== null && typeOf(field) === "duration";
  }

  add(step: number, value: number): void {
    // Durations come in seconds, and are counted by nanoseconds.
    (this.#estimated[step] ??= new PowerQuantiles()).add(this.#areDurations ? value * 1e9 : value);
    if (this.#areDurations) return;
    (this.#exact[step] ??= new Quantiles()).add(value);
    this.#areWhole &&= Number.isInteger(value);
  }

  finish(): ReturnType<Tally["finish"]> {
    return this.#quantiles.map((quantile) => [
      [{ key: "p", value: quantile }],
      this.#areWhole ? this.#estimate(quantile) : this.#rank(quantile),
    ]);
  }

  /** Zero where there is nothing, as in Tempo. */
  #estimate(quantile: number): Float64Array {
    const unit = this.#areDurations ? 1e9 : 1;
    return Float64Array.from(this.#estimated, (step) => (step?.at(quantile) ?? 0) / unit);
  }

  #rank(quantile: number): Float64Array {
    return Float64Array.from(this.#exact, (step) => step?.at(quantile) ?? ABSENT);
  }
}
