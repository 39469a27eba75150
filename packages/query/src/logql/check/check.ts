import { RegexBudget, wholeRegex } from "../../regex/regex.ts";
import { faultAt } from "../../text/places.ts";
import { isOneOf } from "../../text/words.ts";
import type {
  Binary,
  LogExpression,
  LogqlQuery,
  MetricExpression,
  RangeAggregation,
  Unwrap,
  VectorAggregation,
} from "../tree.ts";
import { lineFunctions, type RangeFunction, sampleFunctions, setOperators } from "../vocabulary.ts";
import { checkMatch, checkStage, within } from "./stage.ts";

/** Whatever a query can get wrong beyond its grammar: selectors, patterns, templates, types of operands. */
export function checkLogql(query: LogqlQuery): void {
  const budget = new RegexBudget();
  if (query.kind !== "log") return checkMetric(query, budget);
  const unwrap = unwrapOf(query);
  if (unwrap !== undefined)
    throw faultAt(unwrap, "invalid", "unwrap gives numbers; it stands inside a function over time");
  checkLog(query, budget);
}

function checkLog(log: LogExpression, budget: RegexBudget): void {
  let selects = false;
  for (const matcher of log.matchers) {
    const { operator, value } = matcher;
    checkMatch(matcher, budget);
    // What matches the empty text matches labels that are not there, and so every stream.
    if (operator === "=" && value !== "") selects = true;
    if (operator === "=~" && !wholeRegex(value)("")) selects = true;
  }
  if (!selects)
    throw faultAt(
      log,
      "invalid",
      'a selector needs a label with a value, like {service_name=~".+"}',
    );
  let unwrapped = false;
  for (const stage of log.stages) {
    if (unwrapped && stage.kind !== "label-filter")
      throw faultAt(stage, "invalid", "only label filters can follow unwrap");
    if (stage.kind === "unwrap") unwrapped = true;
    checkStage(stage, budget);
  }
}

function checkMetric(metric: MetricExpression, budget: RegexBudget): void {
  switch (metric.kind) {
    case "number":
    case "vector":
      return;
    case "range":
      checkLog(metric.log, budget);
      return checkRange(metric);
    case "vector-aggregation":
      checkAggregation(metric);
      return checkMetric(metric.inner, budget);
    case "label-replace":
      within(metric, () => {
        budget.spend(metric.pattern);
        wholeRegex(metric.pattern);
      });
      if (!/^[A-Za-z_]\w*$/.test(metric.destination))
        throw faultAt(metric, "invalid", `"${metric.destination}" is no label`);
      if (isScalar(metric.inner)) throw faultAt(metric, "invalid", "a number has no labels");
      return checkMetric(metric.inner, budget);
    case "binary":
      checkBinary(metric);
      checkMetric(metric.left, budget);
      checkMetric(metric.right, budget);
  }
}

const TAKE_BOTH: ReadonlySet<RangeFunction> = new Set(["rate", "absent_over_time"]);
const GROUPED: ReadonlySet<RangeFunction> = new Set([
  "avg_over_time",
  "min_over_time",
  "max_over_time",
  "first_over_time",
  "last_over_time",
  "stddev_over_time",
  "stdvar_over_time",
  "quantile_over_time",
]);

function checkRange(range: RangeAggregation): void {
  const { function: name, grouping, log, parameter } = range;
  const unwrap = unwrapOf(log);
  if (isOneOf(sampleFunctions, name) && unwrap === undefined)
    throw faultAt(range, "invalid", `${name} needs an unwrapped label`);
  if (isOneOf(lineFunctions, name) && unwrap !== undefined && !TAKE_BOTH.has(name))
    throw faultAt(unwrap, "invalid", `${name} counts lines and takes no unwrap`);
  if ((parameter !== null) !== (name === "quantile_over_time"))
    throw faultAt(
      range,
      "invalid",
      parameter === null ? `${name} needs a quantile` : `${name} takes no number`,
    );
  if (grouping !== null && !GROUPED.has(name))
    throw faultAt(grouping, "invalid", `${name} can't be grouped; use sum by (…) around it`);
  if (range.range <= 0) throw faultAt(range, "invalid", "the range must be longer than nothing");
}

function checkAggregation(aggregation: VectorAggregation): void {
  const { function: name, grouping, inner, parameter } = aggregation;
  const keeps = name === "topk" || name === "bottomk" || name === "approx_topk";
  if (keeps && (parameter === null || !Number.isInteger(parameter) || parameter < 1))
    throw faultAt(aggregation, "invalid", `${name} needs a number of series, like ${name}(5, …)`);
  if (!keeps && parameter !== null)
    throw faultAt(aggregation, "invalid", `${name} takes no number`);
  if (grouping !== null && (name === "sort" || name === "sort_desc" || name === "approx_topk"))
    throw faultAt(grouping, "invalid", `${name} can't be grouped`);
  if (isScalar(inner)) throw faultAt(aggregation, "invalid", `${name} needs series, not a number`);
}

function checkBinary(binary: Binary): void {
  const { group, left, matching, operator, right } = binary;
  const scalar = isScalar(left) || isScalar(right);
  if (isOneOf(setOperators, operator)) {
    if (scalar) throw faultAt(binary, "invalid", `${operator} joins series, not numbers`);
    if (group !== null)
      throw faultAt(binary, "invalid", `${operator} joins many to many and takes no group`);
  }
  if (matching !== null && scalar)
    throw faultAt(binary, "invalid", "on and ignoring match series, not numbers");
  if (matching?.on === true && group?.labels.some((label) => matching.labels.includes(label)))
    throw faultAt(binary, "invalid", "a label stands in on(…) or in group_left(…), not in both");
}

/** A number, and what is calculated from numbers alone. */
export function isScalar(metric: MetricExpression): boolean {
  return (
    metric.kind === "number" ||
    (metric.kind === "binary" && isScalar(metric.left) && isScalar(metric.right))
  );
}

function unwrapOf({ stages }: LogExpression): Unwrap | undefined {
  return stages.find((stage) => stage.kind === "unwrap");
}
