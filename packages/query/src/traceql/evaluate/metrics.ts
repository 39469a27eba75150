import type { SpanRecord } from "@throughline/core/record";
import { ABSENT, hasValue, keepTop } from "../../metrics/series.ts";
import type { Steps } from "../../metrics/steps.ts";
import type { TraceqlMetricsPlan } from "../plan/plan.ts";
import type { Metrics, MetricsExpression, MetricsMath, SecondStage, Threshold } from "../tree.ts";
import { CompareAccumulator } from "./compare.ts";
import { spanTest, type SpanTest } from "./expression.ts";
import { type Accumulator, type MetricLimits, OverTimeAccumulator } from "./over-time.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import type { MetricSeries, SeriesLabel } from "./series.ts";
import { Trace } from "./trace.ts";
import { arithmetic, comparisonTest } from "./value.ts";

export interface TraceqlMetricsResult {
  readonly series: readonly MetricSeries[];
  /** Said when series had to be left out. */
  readonly partial?: string;
}

/** Adds up spans as they come, in any order, and holds numbers only. */
export interface TraceqlMetrics {
  /** Spans of one trace, all that the plan asks for; any spans at all where its unit is the single span. */
  add(spans: readonly SpanRecord[]): void;
  result(): TraceqlMetricsResult;
}

export function createTraceqlMetrics(plan: TraceqlMetricsPlan): TraceqlMetrics {
  const { limits, steps } = plan;
  const root = branchOf(plan.query.body, steps, limits);
  return {
    add(spans) {
      if (plan.unit === "span") for (const span of spans) root.addSpan(span);
      else root.addTrace(new Trace(spans));
    },
    result() {
      const series = root.finish();
      const cut = series.length > limits.maxSeries || root.overflowed();
      return {
        series: series.slice(0, limits.maxSeries),
        ...(cut ? { partial: "there are more series than a query may have" } : {}),
      };
    },
  };
}

interface Branch {
  addSpan(span: SpanRecord): void;
  addTrace(trace: Trace): void;
  finish(): readonly MetricSeries[];
  overflowed(): boolean;
}

function branchOf(body: MetricsExpression, steps: Steps, limits: MetricLimits): Branch {
  return body.kind === "metrics" ? new Leaf(body, steps, limits) : new Fork(body, steps, limits);
}

class Leaf implements Branch {
  readonly #metrics: Metrics;
  readonly #pipeline: Pipeline;
  /** What decides over a single span where no stage looks further. */
  readonly #tests: readonly SpanTest[];
  readonly #accumulator: Accumulator;

  constructor(metrics: Metrics, steps: Steps, limits: MetricLimits) {
    const { metric, stages } = metrics;
    this.#metrics = metrics;
    this.#pipeline = createPipeline(stages);
    this.#tests = stages.filter((stage) => stage.kind === "filter").map(spanTest);
    this.#accumulator =
      metric.kind === "compare"
        ? new CompareAccumulator(metric, steps, limits)
        : new OverTimeAccumulator(metric, steps, limits);
  }

  addSpan(span: SpanRecord): void {
    if (this.#tests.every((test) => test(span))) this.#accumulator.add(span, undefined);
  }

  addTrace(trace: Trace): void {
    for (const { spans } of this.#pipeline(trace))
      for (const span of spans) this.#accumulator.add(span, trace);
  }

  finish(): readonly MetricSeries[] {
    return afterwards(this.#accumulator.finish(), this.#metrics.after);
  }

  overflowed(): boolean {
    return this.#accumulator.overflowed;
  }
}

class Fork implements Branch {
  readonly #math: MetricsMath;
  readonly #left: Branch;
  readonly #right: Branch;

  constructor(math: MetricsMath, steps: Steps, limits: MetricLimits) {
    this.#math = math;
    this.#left = branchOf(math.left, steps, limits);
    this.#right = branchOf(math.right, steps, limits);
  }

  addSpan(span: SpanRecord): void {
    this.#left.addSpan(span);
    this.#right.addSpan(span);
  }

  addTrace(trace: Trace): void {
    this.#left.addTrace(trace);
    this.#right.addTrace(trace);
  }

  finish(): readonly MetricSeries[] {
    const right = new Map(this.#right.finish().map((series) => [keyOf(series), series]));
    const { after, operator } = this.#math;
    const joined = this.#left.finish().flatMap((series): MetricSeries[] => {
      const other = right.get(keyOf(series));
      if (other === undefined) return [];
      const values = series.values.map((value, step) => {
        const result = arithmetic(operator, value, other.values[step] ?? ABSENT);
        return Number.isFinite(result) ? result : ABSENT;
      });
      return [{ labels: withoutName(series.labels), values, exemplars: series.exemplars }];
    });
    return afterwards(joined, after);
  }

  overflowed(): boolean {
    return this.#left.overflowed() || this.#right.overflowed();
  }
}

/** Series of both sides belong together by their labels; the functions that made them may differ. */
function keyOf({ labels }: MetricSeries): string {
  const written = withoutName(labels).map(
    ({ key, value }) => `${key} ${typeof value} ${String(value)}`,
  );
  return written.toSorted().join("\n");
}

function withoutName(labels: readonly SeriesLabel[]): readonly SeriesLabel[] {
  return labels.filter(({ key }) => key !== "__name__");
}

function afterwards(
  series: readonly MetricSeries[],
  stages: readonly SecondStage[],
): readonly MetricSeries[] {
  if (stages.length === 0) return series;
  const copies = series.map(({ exemplars, labels, values }) => ({
    exemplars,
    labels,
    values: values.slice(),
  }));
  for (const stage of stages)
    if (stage.kind === "threshold") dropBeyond(copies, stage);
    else keepTop(copies, stage.count, stage.kind === "topk");
  return copies.filter(hasValue);
}

function dropBeyond(series: readonly MetricSeries[], { operator, value }: Threshold): void {
  const test = comparisonTest(operator);
  // Durations were measured in seconds.
  const limit =
    value.type === "duration" ? value.value / 1e9 : value.type === "nil" ? undefined : value.value;
  for (const { values } of series)
    for (const [step, each] of values.entries()) if (!test(each, limit)) values[step] = ABSENT;
}
