import { wholeReplacer } from "../../regex/regex.ts";
import { faultAt } from "../../text/places.ts";
import type { LogEntry } from "../entry/entry.ts";
import type { LogqlMetricsPlan } from "../plan/plan.ts";
import type {
  LabelReplace,
  MetricExpression,
  RangeAggregation,
  VectorAggregation,
} from "../tree.ts";
import { aggregate } from "./aggregate.ts";
import { combine, type Result } from "./binary.ts";
import { RangeAccumulator } from "./range.ts";
import type { Fold } from "./sample-labels.ts";
import { constantSeries, hasAny, keyOf, labelSet, type Series } from "./series.ts";

export interface LogqlMetricsResult {
  /** A number where the query has no series: `1 + 1`. */
  readonly scalar?: number;
  readonly series: readonly Series[];
  /** Said when something had to be left out. */
  readonly partial?: string;
}

/** Adds up log entries as they come, each once and in any order, and holds numbers only. */
export interface LogqlMetrics {
  /** Throws an InvalidQueryError when a line fails in the pipeline and the query does not say what to do with such lines. */
  add(entry: LogEntry): void;
  /** Throws an InvalidQueryError when series can't be matched, or are more than allowed. */
  result(): LogqlMetricsResult;
}

export function createLogqlMetrics(plan: LogqlMetricsPlan): LogqlMetrics {
  const { limits, query, steps } = plan;
  const ranges: RangeAccumulator[] = [];
  const finish = evaluatorOf(
    query,
    (range, fold) => {
      const accumulator = new RangeAccumulator(range, fold, steps, limits.maxCells);
      ranges.push(accumulator);
      return accumulator;
    },
    steps.count,
  );
  return {
    add(entry) {
      for (const range of ranges) range.add(entry);
    },
    result() {
      const result = finish();
      if (typeof result === "number") return { scalar: result, series: [] };
      const series = result.filter(hasAny);
      if (series.length > limits.maxSeries)
        throw faultAt(
          query,
          "invalid",
          `the query has more than ${limits.maxSeries} series; aggregate them`,
        );
      const partial = ranges.some(({ overflowed }) => overflowed);
      return {
        series,
        ...(partial ? { partial: "there are more series than fit in memory" } : {}),
      };
    },
  };
}

type MakeRange = (range: RangeAggregation, fold: Fold) => RangeAccumulator;

function evaluatorOf(metric: MetricExpression, makeRange: MakeRange, steps: number): () => Result {
  switch (metric.kind) {
    case "number":
      return () => metric.value;
    case "vector":
      return () => [constantSeries(metric.value, steps)];
    case "range": {
      const range = makeRange(metric, null);
      return () => range.finish();
    }
    case "vector-aggregation": {
      const { inner } = metric;
      if (inner.kind === "range" && foldsInto(metric, inner)) {
        const range = makeRange(inner, metric.grouping ?? "all");
        return () => aggregate(metric, range.finish(), steps);
      }
      const read = evaluatorOf(inner, makeRange, steps);
      return () => aggregate(metric, seriesOf(read()), steps);
    }
    case "label-replace": {
      const read = evaluatorOf(metric.inner, makeRange, steps);
      return () => replaceLabels(metric, seriesOf(read()));
    }
    case "binary": {
      const left = evaluatorOf(metric.left, makeRange, steps);
      const right = evaluatorOf(metric.right, makeRange, steps);
      return () => combine(metric, left(), right(), steps);
    }
  }
}

const FOLDS: ReadonlySet<string> = new Set([
  "sum count_over_time",
  "sum rate",
  "sum bytes_over_time",
  "sum bytes_rate",
  "sum sum_over_time",
  "min min_over_time",
  "max max_over_time",
]);

/**
 * A sum of sums may be grouped line by line. Without that, each trace id a log line carries would be a series to be held
 * until the end.
 */
function foldsInto(outer: VectorAggregation, inner: RangeAggregation): boolean {
  return inner.grouping === null && FOLDS.has(`${outer.function} ${inner.function}`);
}

function seriesOf(result: Result): readonly Series[] {
  return typeof result === "number" ? [] : result;
}

function replaceLabels(replace: LabelReplace, series: readonly Series[]): readonly Series[] {
  const { destination, pattern, replacement, source } = replace;
  const expand = wholeReplacer(pattern);
  const seen = new Set<string>();
  return series.map((each) => {
    const labels = new Map(each.labels);
    const value = expand(labels.get(source) ?? "", replacement);
    if (value !== undefined) labels.set(destination, value);
    const replaced = { ...each, labels: labelSet(labels) };
    const key = keyOf(replaced.labels);
    if (seen.has(key)) throw faultAt(replace, "invalid", "label_replace makes two series alike");
    seen.add(key);
    return replaced;
  });
}
