import type { SpanRecord } from "@throughline/core/record";
import { MOST_LABEL_TEXT } from "../../metrics/series.ts";
import { type Steps, stepOf } from "../../metrics/steps.ts";
import { typeOf } from "../check.ts";
import { printField } from "../print.ts";
import type { OverTime } from "../tree.ts";
import { fieldReader } from "./field.ts";
import {
  createTally,
  type Exemplar,
  type MetricSeries,
  type SeriesLabel,
  type Tally,
} from "./series.ts";
import type { Trace } from "./trace.ts";
import { asNumber, labelValue, type LabelValue } from "./value.ts";

export interface MetricLimits {
  readonly maxSeries: number;
  /** Series times steps: what the numbers take in memory. */
  readonly maxCells: number;
  readonly exemplars: number;
}

/** Counts spans into series, one at a time and in any order. */
export interface Accumulator {
  add(span: SpanRecord, trace: Trace | undefined): void;
  finish(): readonly MetricSeries[];
  /** True once something was left out for want of room. */
  readonly overflowed: boolean;
}

interface Entry {
  readonly labels: readonly SeriesLabel[];
  readonly tally: Tally;
  readonly exemplars: Exemplar[];
}

export class OverTimeAccumulator implements Accumulator {
  readonly #metric: OverTime;
  readonly #steps: Steps;
  readonly #limits: MetricLimits;
  readonly #measure: (span: SpanRecord, trace: Trace | undefined) => number | undefined;
  readonly #by: readonly (readonly [key: string, read: ReturnType<typeof fieldReader>])[];
  readonly #series = new Map<string, Entry>();
  #exemplars = 0;
  #text = 0;
  overflowed = false;

  constructor(metric: OverTime, steps: Steps, limits: MetricLimits) {
    this.#metric = metric;
    this.#steps = steps;
    this.#limits = limits;
    this.#measure = measureOf(metric);
    this.#by = metric.by.map((field) => [printField(field), fieldReader(field)]);
  }

  add(span: SpanRecord, trace: Trace | undefined): void {
    const step = stepOf(this.#steps, span.startNs);
    if (step < 0 || step >= this.#steps.count) return;
    const measured = this.#measure(span, trace);
    if (measured === undefined) return;
    const labels = this.#by.map(([key, read]) => ({ key, value: labelValue(read(span, trace)) }));
    const counts = this.#metric.function === "histogram_over_time";
    if (counts) labels.push({ key: "__bucket", value: bucketOf(measured, this.#metric) });
    const entry = this.#entry(labels);
    if (entry === undefined) return;
    entry.tally.add(step, counts ? 1 : measured);
    this.#exemplify(entry, step, span, measured);
  }

  /** In the order of their labels: what is cut off, or wins among equals, must not depend on the order of arrival. */
  finish(): readonly MetricSeries[] {
    const ordered = [...this.#series].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return ordered.flatMap(([, { exemplars, labels, tally }]) =>
      tally.finish().map(([extra, values]): MetricSeries => {
        const all = labels.concat(extra);
        return { labels: all.length > 0 ? all : this.#nameAlone(), values, exemplars };
      }),
    );
  }

  #nameAlone(): readonly SeriesLabel[] {
    return [{ key: "__name__", value: this.#metric.function }];
  }

  #entry(labels: readonly SeriesLabel[]): Entry | undefined {
    const key = labels.map(({ value }) => `${typeof value} ${String(value)}`).join("\n");
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const { maxCells, maxSeries } = this.#limits;
    const room = Math.min(maxSeries, Math.max(1, Math.floor(maxCells / this.#steps.count)));
    if (this.#series.size >= room || this.#text + key.length > MOST_LABEL_TEXT) {
      this.overflowed = true;
      return undefined;
    }
    this.#text += key.length;
    const entry = { labels, tally: createTally(this.#metric, this.#steps), exemplars: [] };
    this.#series.set(key, entry);
    return entry;
  }

  /** Spread over the steps: a series shows one span a step at most. */
  #exemplify({ exemplars }: Entry, step: number, span: SpanRecord, value: number): void {
    if (this.#exemplars >= this.#limits.exemplars) return;
    const last = exemplars.at(-1);
    if (last !== undefined && stepOf(this.#steps, last.timeNs) === step) return;
    const { spanId, startNs: timeNs, traceId } = span;
    exemplars.push({ traceId, spanId, timeNs, value });
    this.#exemplars++;
  }
}

function measureOf({
  field,
}: OverTime): (span: SpanRecord, trace: Trace | undefined) => number | undefined {
  if (field === null) return () => 1;
  const read = fieldReader(field);
  if (typeOf(field) !== "duration") return (span, trace) => asNumber(read(span, trace));
  return (span, trace) => {
    const nanoseconds = asNumber(read(span, trace));
    return nanoseconds === undefined ? undefined : nanoseconds / 1e9;
  };
}

/** The next power of two, of nanoseconds where the field is a duration. */
function bucketOf(measured: number, { field }: OverTime): LabelValue {
  const unit = field !== null && typeOf(field) === "duration" ? 1e9 : 1;
  const amount = measured * unit;
  return amount <= 0 ? 0 : 2 ** Math.ceil(Math.log2(amount)) / unit;
}
