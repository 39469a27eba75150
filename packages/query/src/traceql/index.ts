export { parseTraceql, parseTraceqlField } from "./parse/query.ts";
export { printField, printTraceql } from "./print.ts";
export { planTraceql, type TraceqlPlanOptions } from "./plan/create-plan.ts";
export { defaultStep, MAX_STEPS } from "./plan/window.ts";
export { columnOf, type Column } from "./plan/columns.ts";
export type { Clause, Condition, SpanFetch } from "./plan/fetch.ts";
export type { TraceqlMetricsPlan, TraceqlPlan, TraceqlSearchPlan, Unit } from "./plan/plan.ts";
export {
  createTraceqlSearch,
  type FoundSet,
  type FoundSpan,
  type FoundTrace,
  type TraceqlSearch,
} from "./evaluate/search.ts";
export {
  createTraceqlMetrics,
  type TraceqlMetrics,
  type TraceqlMetricsResult,
} from "./evaluate/metrics.ts";
export { fetchTest, originTest } from "./evaluate/fetch-test.ts";
export type { Exemplar, MetricSeries, SeriesLabel } from "./evaluate/series.ts";
export type { MetricLimits } from "./evaluate/over-time.ts";
export { fieldReader, type Reader } from "./evaluate/field.ts";
export { Trace } from "./evaluate/trace.ts";
export { spanTest, type SpanTest } from "./evaluate/expression.ts";
export { type LabelValue, Several, type Value } from "./evaluate/value.ts";
export type {
  Aggregate,
  Arithmetic,
  Attribute,
  Coalesce,
  Combination,
  Compare,
  Comparison,
  Field,
  FieldExpression,
  Filter,
  GroupBy,
  Hint,
  Intrinsic,
  Literal,
  Logical,
  Metrics,
  MetricsExpression,
  MetricsMath,
  Negative,
  Not,
  OverTime,
  Related,
  Scalar,
  ScalarArithmetic,
  ScalarFilter,
  Search,
  SecondStage,
  Select,
  Spanset,
  Stage,
  Threshold,
  Top,
  TraceqlQuery,
  Wrapped,
} from "./tree.ts";
