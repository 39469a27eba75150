export { parseLogql, parseSelector } from "./parse/query.ts";
export { printLogql, printSelector } from "./print.ts";
export { defaultStep, MAX_STEPS, planLogql, type LogqlPlanOptions } from "./plan/create-plan.ts";
export { columnOf, type LogColumn } from "./plan/columns.ts";
export type { LogClause, LogCondition, LogFetch } from "./plan/fetch.ts";
export type { LogqlLogsPlan, LogqlMetricsPlan, LogqlPlan } from "./plan/plan.ts";
export type { Labels, LogEntry } from "./entry/entry.ts";
export { createEntryReader, indexAttributes, streamOf } from "./entry/read-entry.ts";
export { streamTest } from "./stages/create-stages.ts";
export { createLogqlFilter, type LogqlFilter, type LogqlLine } from "./evaluate/logs.ts";
export {
  createLogqlMetrics,
  type LogqlMetrics,
  type LogqlMetricsResult,
} from "./evaluate/metrics.ts";
export type { LabelSet, Series } from "./evaluate/series.ts";
export type {
  Assignment,
  Binary,
  Decolorize,
  DropOrKeep,
  Extraction,
  Grouping,
  Json,
  LabelChoice,
  LabelCompare,
  LabelCondition,
  LabelFilter,
  LabelFormat,
  LabelLogic,
  LabelMatch,
  LabelReplace,
  LineFilter,
  LineFormat,
  LogExpression,
  Logfmt,
  LogqlQuery,
  Matcher,
  MetricExpression,
  NumberLiteral,
  Pattern,
  RangeAggregation,
  Regexp,
  Stage,
  Unpack,
  Unwrap,
  VectorAggregation,
  VectorOf,
} from "./tree.ts";
