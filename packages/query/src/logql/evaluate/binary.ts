import { faultAt } from "../../text/places.ts";
import { isOneOf } from "../../text/words.ts";
import type { Binary } from "../tree.ts";
import { type BinaryOperator, comparisonOperators, setOperators } from "../vocabulary.ts";
import {
  emptySeries,
  isPresent,
  keyOf,
  labelSet,
  type LabelSet,
  put,
  type Series,
} from "./series.ts";

/** A number, or series: what an expression is worth. */
export type Result = number | readonly Series[];

export function combine(binary: Binary, left: Result, right: Result, steps: number): Result {
  const { operator } = binary;
  if (typeof left === "number")
    return typeof right === "number"
      ? calculate(operator, left, right)
      : withNumber(binary, right, steps, (value) => [left, value]);
  if (typeof right === "number") return withNumber(binary, left, steps, (value) => [value, right]);
  return isOneOf(setOperators, operator)
    ? joinSets(binary, left, right, steps)
    : match(binary, left, right, steps);
}

/** Comparisons give 0 and 1. */
function calculate(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return a ** b;
    case "==":
      return Number(a === b);
    case "!=":
      return Number(a !== b);
    case "<":
      return Number(a < b);
    case "<=":
      return Number(a <= b);
    case ">":
      return Number(a > b);
    case ">=":
      return Number(a >= b);
    default:
      throw new TypeError(`${operator} joins series`);
  }
}

/** What a comparison leaves of `kept`: itself where it holds, unless 0 and 1 are asked for. */
function outcome(
  { bool, operator }: Binary,
  a: number,
  b: number,
  kept: number,
): number | undefined {
  const result = calculate(operator, a, b);
  if (bool || !isOneOf(comparisonOperators, operator)) return result;
  return result === 1 ? kept : undefined;
}

function withNumber(
  binary: Binary,
  series: readonly Series[],
  steps: number,
  operands: (value: number) => readonly [number, number],
): readonly Series[] {
  return series.map((each) => {
    const result = emptySeries(each.labels, steps);
    for (let step = 0; step < steps; step++) {
      if (!isPresent(each, step)) continue;
      const value = each.values[step] ?? 0;
      const [a, b] = operands(value);
      const left = outcome(binary, a, b, value);
      if (left !== undefined) put(result, step, left);
    }
    return result;
  });
}

function joinSets(
  binary: Binary,
  left: readonly Series[],
  right: readonly Series[],
  steps: number,
): readonly Series[] {
  const { operator } = binary;
  if (operator === "or") return merged([...left, ...without(binary, right, left, steps, false)]);
  return without(binary, left, right, steps, operator === "and");
}

/** Keeps values at steps where the others have a match, or have none. */
function without(
  binary: Binary,
  series: readonly Series[],
  others: readonly Series[],
  steps: number,
  matched: boolean,
): readonly Series[] {
  const byKey = Map.groupBy(others, (other) => keyOf(matchLabels(binary, other.labels)));
  return series.map((each) => {
    const partners = byKey.get(keyOf(matchLabels(binary, each.labels))) ?? [];
    const result = emptySeries(each.labels, steps);
    for (let step = 0; step < steps; step++)
      if (isPresent(each, step) && partners.some((partner) => isPresent(partner, step)) === matched)
        put(result, step, each.values[step] ?? 0);
    return result;
  });
}

/** What both sides call alike is one series, which has its values from one side or the other. */
function merged(series: readonly Series[]): readonly Series[] {
  const byKey = Map.groupBy(series, ({ labels }) => keyOf(labels));
  return Array.from(byKey.values(), ([first, ...more]) => {
    if (first === undefined || more.length === 0) return first ?? [];
    const whole = { ...first, values: first.values.slice(), present: first.present.slice() };
    for (const each of more)
      for (const [step, value] of each.values.entries())
        if (isPresent(each, step)) put(whole, step, value);
    return whole;
  }).flat();
}

function matchLabels({ matching }: Binary, labels: LabelSet): LabelSet {
  if (matching === null) return labels;
  return labels.filter(([name]) => matching.labels.includes(name) === matching.on);
}

/** Arithmetic and comparison of series that belong together by their labels. */
function match(
  binary: Binary,
  left: readonly Series[],
  right: readonly Series[],
  steps: number,
): readonly Series[] {
  const turned = binary.group?.side === "right";
  const [many, one] = turned ? [right, left] : [left, right];
  const partners = Map.groupBy(one, ({ labels }) => keyOf(matchLabels(binary, labels)));
  const results = new Map<string, Series>();
  for (const each of many) {
    const candidates = partners.get(keyOf(matchLabels(binary, each.labels))) ?? [];
    for (let step = 0; step < steps; step++) {
      if (!isPresent(each, step)) continue;
      const [partner, second] = candidates.filter((candidate) => isPresent(candidate, step));
      if (partner === undefined) continue;
      if (second !== undefined)
        throw faultAt(
          binary,
          "invalid",
          "several series on one side have these labels; name more labels or aggregate first",
        );
      const [value, other] = [each.values[step] ?? 0, partner.values[step] ?? 0];
      const [a, b] = turned ? [other, value] : [value, other];
      const result = outcome(binary, a, b, a);
      if (result === undefined) continue;
      const labels = resultLabels(binary, each.labels, partner.labels);
      const key = keyOf(labels);
      const series = results.get(key) ?? emptySeries(labels, steps);
      results.set(key, series);
      if (isPresent(series, step))
        throw faultAt(binary, "invalid", "several series match one; say group_left or group_right");
      put(series, step, result);
    }
  }
  return [...results.values()];
}

function resultLabels(binary: Binary, many: LabelSet, one: LabelSet): LabelSet {
  const { group } = binary;
  if (group === null) return matchLabels(binary, many);
  const labels = new Map(many);
  const taken = new Map(one);
  for (const name of group.labels) labels.set(name, taken.get(name) ?? "");
  return labelSet(labels);
}
