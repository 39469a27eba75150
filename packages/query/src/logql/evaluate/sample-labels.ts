import { ERROR, ERROR_DETAILS, type Line } from "../stages/line.ts";
import type { Grouping, LabelCondition, LogExpression, RangeAggregation } from "../tree.ts";
import { type LabelSet, labelSet } from "./series.ts";

/** The grouping of a sum around a function over time (or of a like one), where it may be applied line by line. */
export type Fold = Grouping | "all" | null;

/** The labels of the series that a line counts for. */
export function labelReader(aggregation: RangeAggregation, fold: Fold): (line: Line) => LabelSet {
  const { function: name, log } = aggregation;
  if (name === "absent_over_time" || fold === "all") return () => [];
  const grouping = fold ?? aggregation.grouping;
  if (grouping !== null && !grouping.without) {
    // A function over time tells failed lines apart even where it is grouped; a sum around it does not.
    const errors = fold === null && keepsErrors(log) ? [ERROR, ERROR_DETAILS] : [];
    const names = [...new Set([...grouping.labels, ...errors])];
    return (line) => labelSet(names.map((label) => [label, line.get(label)]));
  }
  // The label that became the value tells no series apart.
  const unwrapped = log.stages.find((stage) => stage.kind === "unwrap")?.label ?? "";
  const left = new Set([unwrapped, ...(grouping?.labels ?? [])]);
  return (line) => {
    const names = Array.from(new Set(line.names())).filter((label) => !left.has(label));
    return labelSet(names.map((label) => [label, line.get(label)]));
  };
}

/** Whether a filter asks for lines that failed: then they are wanted, and fail nothing. */
export function keepsErrors({ stages }: LogExpression): boolean {
  return stages.some((stage) => stage.kind === "label-filter" && asksForErrors(stage.condition));
}

function asksForErrors(condition: LabelCondition): boolean {
  switch (condition.kind) {
    case "label-match": {
      const { label, operator, value } = condition.matcher;
      return (
        label === ERROR &&
        !(operator === "=" && value === "") &&
        !(operator === "!~" && value === ".+")
      );
    }
    case "label-compare":
      return false;
    case "and":
    case "or":
      return condition.operands.some(asksForErrors);
  }
}
