import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { MetricsExpression, Search, Spanset, Stage } from "../tree.ts";
import { arithmeticOperators, relations } from "../vocabulary.ts";
import { parseFieldExpression } from "./field.ts";
import { parseFields, parseFilter, parseMetric, parseSecondStages } from "./metrics.ts";
import { parseScalarFilter } from "./scalar.ts";

const LOGICAL_POWER = 1;
const RELATION_POWER = 2;
/** Metrics are combined with these four alone. */
const MATH_POWERS: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2 };

/** A whole query without its hints, or the same between parentheses. */
export function parseBody(tokens: Tokens): Search | MetricsExpression {
  const { at } = tokens.peek();
  if (!tokens.is("(")) return parseStages(tokens, at, parseSpanset(tokens));
  const inside = parseParenthesised(tokens);
  if (inside.kind !== "search") return parseMath(tokens, at, inside);
  return parseStages(tokens, at, continueSpanset(tokens, at, asSpanset(tokens, at, inside)));
}

function parseStages(tokens: Tokens, at: number, first: Stage): Search | MetricsExpression {
  const { source } = tokens;
  const stages = [first];
  while (tokens.accept("|")) {
    const metric = parseMetric(tokens);
    if (metric !== undefined) {
      const after = parseSecondStages(tokens);
      return placed(source, at, { kind: "metrics", stages: Object.freeze(stages), metric, after });
    }
    stages.push(parseStage(tokens));
  }
  return placed(source, at, { kind: "search", stages: Object.freeze(stages) });
}

function parseStage(tokens: Tokens): Stage {
  const { at } = tokens.peek();
  const { source } = tokens;
  if (tokens.is("(", 1)) {
    if (tokens.accept("by")) {
      tokens.expect("(");
      const by = parseFieldExpression(tokens);
      tokens.expect(")");
      return placed(source, at, { kind: "group", by });
    }
    if (tokens.accept("coalesce")) {
      tokens.expect("(");
      tokens.expect(")");
      return placed(source, at, { kind: "coalesce" });
    }
    if (tokens.accept("select"))
      return placed(source, at, { kind: "select", fields: parseFields(tokens) });
  }
  return startsSpanset(tokens) ? parseSpanset(tokens) : parseScalarFilter(tokens);
}

/** Parentheses may open a set of spans or a sum; what stands behind them tells. */
function startsSpanset(tokens: Tokens): boolean {
  let ahead = 0;
  while (tokens.is("(", ahead)) ahead++;
  return tokens.is("{", ahead);
}

function parseSpanset(tokens: Tokens, least = LOGICAL_POWER): Spanset {
  const { at } = tokens.peek();
  return continueSpanset(tokens, at, parseSpansetOperand(tokens), least);
}

function continueSpanset(
  tokens: Tokens,
  at: number,
  first: Spanset,
  least = LOGICAL_POWER,
): Spanset {
  const { source } = tokens;
  let left = first;
  for (;;) {
    const { text } = tokens.peek();
    if ((text === "&&" || text === "||") && least <= LOGICAL_POWER) {
      const operands = [left];
      while (tokens.accept(text)) operands.push(parseSpanset(tokens, RELATION_POWER));
      const kind = text === "&&" ? "spanset-and" : "spanset-or";
      left = placed(source, at, { kind, operands: Object.freeze(operands) });
    } else if (isOneOf(relations, text) && least <= RELATION_POWER) {
      tokens.next();
      const right = parseSpanset(tokens, RELATION_POWER + 1);
      left = placed(source, at, { kind: "related", relation: text, left, right });
    } else return left;
  }
}

function parseSpansetOperand(tokens: Tokens): Spanset {
  const token = tokens.peek();
  if (tokens.is("{")) return parseFilter(tokens);
  if (!tokens.is("(")) throw tokens.unexpected(["{", "("]);
  const inside = parseParenthesised(tokens);
  if (inside.kind !== "search")
    throw tokens.invalid(token, "a metric can't stand where a set of spans is wanted");
  return asSpanset(tokens, token.at, inside);
}

function parseParenthesised(tokens: Tokens): Search | MetricsExpression {
  tokens.expect("(");
  const inside = tokens.nested(() => parseBody(tokens));
  tokens.expect(")");
  return inside;
}

/** Parentheses around nothing but a set of spans only group. */
function asSpanset(tokens: Tokens, at: number, { stages }: Search): Spanset {
  const [only] = stages;
  return stages.length === 1 && only !== undefined && isSpanset(only)
    ? only
    : placed(tokens.source, at, { kind: "wrapped", stages });
}

export function isSpanset(stage: Stage): stage is Spanset {
  switch (stage.kind) {
    case "filter":
    case "spanset-and":
    case "spanset-or":
    case "related":
    case "wrapped":
      return true;
    default:
      return false;
  }
}

function parseMath(
  tokens: Tokens,
  at: number,
  first: MetricsExpression,
  least = 1,
): MetricsExpression {
  const { source } = tokens;
  let left = first;
  let combined = false;
  for (;;) {
    const { text } = tokens.peek();
    const power = MATH_POWERS[text];
    if (power === undefined || power < least || !isOneOf(arithmeticOperators, text)) break;
    tokens.next();
    const from = tokens.peek().at;
    const right = parseMath(tokens, from, parseMathOperand(tokens), power + 1);
    left = placed(source, at, {
      kind: "metrics-math",
      operator: text,
      left,
      right,
      after: Object.freeze([]),
    });
    combined = true;
  }
  if (least > 1) return left;
  const token = tokens.peek();
  const after = parseSecondStages(tokens);
  if (after.length === 0) return left;
  if (combined)
    throw tokens.unsupported(token, "put the whole calculation in parentheses before this");
  return placed(source, at, { ...left, after: Object.freeze([...left.after, ...after]) });
}

function parseMathOperand(tokens: Tokens): MetricsExpression {
  const token = tokens.peek();
  if (!tokens.is("(")) throw tokens.unsupported(token, "metrics are combined in parentheses only");
  const inside = parseParenthesised(tokens);
  if (inside.kind === "search")
    throw tokens.invalid(token, "a set of spans can't stand where a metric is wanted");
  return inside;
}
