import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Compare, Field, Filter, OverTime, SecondStage } from "../tree.ts";
import { comparisonOperators, metricFunctions } from "../vocabulary.ts";
import { expectField, parseFieldExpression } from "./field.ts";
import { parseLiteral } from "./literal.ts";

const DEFAULT_TOP = 10;

export function parseFilter(tokens: Tokens): Filter {
  const { at } = tokens.expect("{");
  const condition = tokens.is("}") ? null : parseFieldExpression(tokens);
  tokens.expect("}");
  return placed(tokens.source, at, { kind: "filter", condition });
}

/** `rate() by (name)`, `compare({…})`; undefined where no metric stands. */
export function parseMetric(tokens: Tokens): OverTime | Compare | undefined {
  const { at, text } = tokens.peek();
  if (!tokens.is("(", 1)) return undefined;
  if (tokens.is("compare")) return parseCompare(tokens);
  if (!tokens.is(text) || !isOneOf(metricFunctions, text)) return undefined;
  tokens.next();
  tokens.next();
  const field = text === "rate" || text === "count_over_time" ? null : expectField(tokens);
  const quantiles: number[] = [];
  if (text === "quantile_over_time")
    do {
      tokens.expect(",");
      quantiles.push(number(tokens));
    } while (tokens.is(","));
  tokens.expect(")");
  const by = tokens.accept("by") ? parseFields(tokens) : Object.freeze([]);
  Object.freeze(quantiles);
  return placed(tokens.source, at, { kind: "over-time", function: text, field, quantiles, by });
}

/** `(a, b)` */
export function parseFields(tokens: Tokens): readonly Field[] {
  tokens.expect("(");
  return tokens.listUntil(")", () => expectField(tokens));
}

function parseCompare(tokens: Tokens): Compare {
  const { at } = tokens.next();
  tokens.next();
  const selection = parseFilter(tokens);
  const top = tokens.accept(",") ? integer(tokens) : DEFAULT_TOP;
  let within: Compare["within"] = null;
  if (tokens.accept(",")) {
    const start = integer(tokens);
    tokens.expect(",");
    within = Object.freeze({ start, end: integer(tokens) });
  }
  tokens.expect(")");
  return placed(tokens.source, at, { kind: "compare", selection, top: Number(top), within });
}

export function parseSecondStages(tokens: Tokens): readonly SecondStage[] {
  const stages: SecondStage[] = [];
  for (;;) {
    const { at, text } = tokens.peek();
    if (tokens.is(text) && isOneOf(comparisonOperators, text)) {
      tokens.next();
      const value = parseLiteral(tokens);
      if (value === undefined) throw tokens.unexpected(["a number"]);
      stages.push(placed(tokens.source, at, { kind: "threshold", operator: text, value }));
    } else if (tokens.accept("|")) {
      const { text: kind } = tokens.peek();
      if (kind !== "topk" && kind !== "bottomk") throw tokens.unexpected(["topk", "bottomk"]);
      tokens.next();
      tokens.expect("(");
      const count = Number(integer(tokens));
      tokens.expect(")");
      stages.push(placed(tokens.source, at, { kind, count }));
    } else return Object.freeze(stages);
  }
}

function number(tokens: Tokens): number {
  const token = tokens.peek();
  const literal = parseLiteral(tokens);
  if (literal?.type !== "float" && literal?.type !== "int")
    throw tokens.unexpected(["a number"], token);
  return Number(literal.value);
}

function integer(tokens: Tokens): number | bigint {
  const token = tokens.peek();
  const literal = parseLiteral(tokens);
  if (literal?.type !== "int") throw tokens.unexpected(["an integer"], token);
  return literal.value;
}
