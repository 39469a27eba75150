import { alternatives } from "../../regex/regex.ts";
import type { LabelCondition, LogExpression, Matcher, MetricExpression, Stage } from "../tree.ts";
import type { OrderOperator } from "../vocabulary.ts";
import { columnOf, type LogColumn } from "./columns.ts";

/**
 * A label of the stored record compared with what the query says. `in` and `not-in` take whole texts, where the empty text
 * means that there is no such label; a number compares the label's text read as number, duration (nanoseconds) or size.
 */
export type LogCondition = {
  readonly label: string;
  readonly column: LogColumn | null;
} & (
  | { readonly operator: "in" | "not-in"; readonly values: readonly string[] }
  | { readonly operator: "matches" | "not-matches"; readonly pattern: string }
  | {
      readonly operator: OrderOperator;
      readonly type: "number" | "duration" | "bytes";
      readonly value: number;
    }
);

/** Holds when one of its conditions does. */
export type LogClause = readonly LogCondition[];

/** Describes the entries that one log expression keeps, as far as stored labels and texts tell. */
export interface LogFetch {
  readonly window: { readonly startNs: bigint; readonly endNs: bigint };
  /** The selector, which sees stream labels only; it is among the clauses too. */
  readonly matchers: readonly Matcher[];
  /** All hold. Those of the selector come first. */
  readonly clauses: readonly LogClause[];
  /** Of each list one text occurs in the stored line. */
  readonly contains: readonly (readonly string[])[];
  /** True when the pipeline does more than clauses and texts say. */
  readonly more: boolean;
}

export function fetchOf(log: LogExpression, window: LogFetch["window"]): LogFetch {
  const clauses: LogClause[] = log.matchers.map((matcher) => [matchCondition(matcher)]);
  const contains: (readonly string[])[] = [];
  let more = false;
  let stored = { labels: true, line: true };
  for (const stage of log.stages) {
    const said =
      stored.labels && stage.kind === "label-filter" ? clausesOf(stage.condition) : undefined;
    if (said !== undefined) clauses.push(...said);
    else if (stored.line && stage.kind === "line-filter" && stage.operator === "|=")
      contains.push(stage.values);
    else more = true;
    stored = {
      labels: stored.labels && !changesLabels(stage),
      line: stored.line && !changesLine(stage),
    };
  }
  return { window, matchers: log.matchers, clauses, contains, more };
}

/** A fetch for every function over time, each with a window of its own. */
export function fetchesOf(
  metric: MetricExpression,
  firstNs: bigint,
  lastNs: bigint,
): readonly LogFetch[] {
  switch (metric.kind) {
    case "number":
    case "vector":
      return [];
    case "range": {
      const [offset, range] = [BigInt(metric.offset), BigInt(metric.range)];
      // Ranges are open at their start and closed at their end.
      const window = { startNs: firstNs - offset - range + 1n, endNs: lastNs - offset + 1n };
      return [fetchOf(metric.log, window)];
    }
    case "vector-aggregation":
    case "label-replace":
      return fetchesOf(metric.inner, firstNs, lastNs);
    case "binary":
      return [
        ...fetchesOf(metric.left, firstNs, lastNs),
        ...fetchesOf(metric.right, firstNs, lastNs),
      ];
  }
}

function clausesOf(condition: LabelCondition): readonly LogClause[] | undefined {
  switch (condition.kind) {
    case "label-match":
      return isAboutErrors(condition.matcher.label)
        ? undefined
        : [[matchCondition(condition.matcher)]];
    case "label-compare":
      // What can't be read as a number passes: a store could not leave it out.
      return undefined;
    case "and": {
      const parts = condition.operands.map(clausesOf);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case "or": {
      const parts = condition.operands.map(clausesOf);
      const single = parts.flatMap((part) => (part?.length === 1 ? part : []));
      return single.length === parts.length ? [single.flat()] : undefined;
    }
  }
}

function isAboutErrors(label: string): boolean {
  return label.startsWith("__error");
}

function matchCondition({ label, operator, value }: Matcher): LogCondition {
  const at = { label, column: columnOf(label) ?? null };
  switch (operator) {
    case "=":
      return { ...at, operator: "in", values: [value] };
    case "!=":
      return { ...at, operator: "not-in", values: [value] };
    case "=~":
    case "!~": {
      const values = alternatives(value);
      if (values !== undefined)
        return { ...at, operator: operator === "=~" ? "in" : "not-in", values };
      return { ...at, operator: operator === "=~" ? "matches" : "not-matches", pattern: value };
    }
  }
}

function changesLabels({ kind }: Stage): boolean {
  switch (kind) {
    case "line-filter":
    case "label-filter":
    case "line-format":
    case "decolorize":
    case "unwrap":
      return false;
    default:
      return true;
  }
}

function changesLine({ kind }: Stage): boolean {
  return kind === "line-format" || kind === "unpack" || kind === "decolorize";
}
