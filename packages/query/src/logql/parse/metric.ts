import { placed } from "../../text/places.ts";
import { parseDuration } from "../../text/quantities.ts";
import type { Token, Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Binary, Grouping, LogExpression, LogqlQuery, MetricExpression } from "../tree.ts";
import {
  type BinaryOperator,
  binaryOperators,
  binaryPowers,
  comparisonOperators,
  rangeFunctions,
  vectorFunctions,
} from "../vocabulary.ts";
import { parseLog, type ReadLog } from "./log.ts";
import { expectLabel, expectString } from "./matcher.ts";

/** A log query or a metric, as far as it goes. */
export function parseExpression(tokens: Tokens, least = 1): LogqlQuery {
  const first = tokens.peek();
  let left = parseOperand(tokens);
  for (;;) {
    const { text: operator } = tokens.peek();
    if (!tokens.is(operator) || !isOneOf(binaryOperators, operator)) return left;
    const power = binaryPowers[operator];
    if (power < least) return left;
    const metric = expectMetric(tokens, left, first);
    tokens.next();
    const modifiers = parseModifiers(tokens, operator);
    const behind = tokens.peek();
    const right = tokens.nested(() =>
      parseExpression(tokens, operator === "^" ? power : power + 1),
    );
    left = placed(tokens.source, first.at, {
      kind: "binary",
      operator,
      left: metric,
      right: expectMetric(tokens, right, behind),
      ...modifiers,
    });
  }
}

function expectMetric(tokens: Tokens, query: LogqlQuery, token: Token): MetricExpression {
  if (query.kind === "log")
    throw tokens.invalid(token, "log lines have no value; count them with count_over_time(… [5m])");
  return query;
}

function parseOperand(tokens: Tokens): LogqlQuery {
  const { source } = tokens;
  const token = tokens.peek();
  const { at, kind, text } = token;
  if (tokens.is("{")) return parseLog(tokens).log;
  if (tokens.accept("(")) {
    const inside = tokens.nested(() => parseExpression(tokens));
    tokens.expect(")");
    return inside;
  }
  const number = parseNumber(tokens);
  if (number !== undefined) return placed(source, at, { kind: "number", value: number });
  if (kind === "word") {
    if (isOneOf(rangeFunctions, text)) return parseRange(tokens);
    if (isOneOf(vectorFunctions, text)) return parseVectorAggregation(tokens);
    if (text === "vector") return parseVector(tokens);
    if (text === "label_replace") return parseLabelReplace(tokens);
    if (text === "rate_counter" || text === "variants")
      throw tokens.unsupported(token, `${text} is not supported`);
  }
  throw tokens.unexpected(["{", "a function", "a number", "("]);
}

function parseNumber(tokens: Tokens): number | undefined {
  const signed = tokens.is("-") || tokens.is("+");
  const token = tokens.peek(signed ? 1 : 0);
  if (token.kind !== "integer" && token.kind !== "float") return undefined;
  const value = Number(token.text) * (tokens.is("-") ? -1 : 1);
  if (!Number.isFinite(value)) throw tokens.invalid(token, "this number is too large");
  if (signed) tokens.next();
  tokens.next();
  return value === 0 ? 0 : value;
}

function parseRange(tokens: Tokens): MetricExpression {
  const { at, text } = tokens.next();
  if (!isOneOf(rangeFunctions, text)) throw tokens.unexpected(rangeFunctions);
  tokens.expect("(");
  const parameter = parseNumber(tokens) ?? null;
  if (parameter !== null) tokens.expect(",");
  const { log, range, offset } = tokens.nested(() => parseLogRange(tokens));
  tokens.expect(")");
  const grouping = parseGrouping(tokens);
  return placed(tokens.source, at, {
    kind: "range",
    function: text,
    parameter,
    log,
    range,
    offset,
    grouping,
  });
}

interface LogRange {
  readonly log: LogExpression;
  readonly range: number;
  readonly offset: number;
}

/** The range stands behind the pipeline, behind the selector, or behind parentheses around both. */
function parseLogRange(tokens: Tokens): LogRange {
  if (tokens.accept("(")) {
    const inside = tokens.nested(() => parseLogRangeOrLog(tokens));
    tokens.expect(")");
    return withRange(tokens, inside);
  }
  return withRange(
    tokens,
    parseLog(tokens, () => readRange(tokens)),
  );
}

function parseLogRangeOrLog(tokens: Tokens): ReadLog<Omit<LogRange, "log">> {
  if (!tokens.accept("(")) return parseLog(tokens, () => readRange(tokens));
  const inside = tokens.nested(() => parseLogRangeOrLog(tokens));
  tokens.expect(")");
  return inside;
}

function withRange(tokens: Tokens, { extra, log }: ReadLog<Omit<LogRange, "log">>): LogRange {
  const range = extra ?? readRange(tokens);
  if (range === undefined) throw tokens.unexpected(["a stage", "["]);
  return { log, ...range };
}

function readRange(tokens: Tokens): Omit<LogRange, "log"> | undefined {
  if (!tokens.accept("[")) return undefined;
  const range = expectDuration(tokens);
  tokens.expect("]");
  return { range, offset: tokens.accept("offset") ? expectDuration(tokens) : 0 };
}

function expectDuration(tokens: Tokens): number {
  const sign = tokens.accept("-") ? "-" : "";
  const token = tokens.expectKind("duration", "a duration");
  const value = parseDuration(sign + token.text);
  if (value === undefined) throw tokens.invalid(token, "this duration is longer than 292 years");
  return value === 0 ? 0 : value;
}

function parseVectorAggregation(tokens: Tokens): MetricExpression {
  const { at, text } = tokens.next();
  if (!isOneOf(vectorFunctions, text)) throw tokens.unexpected(vectorFunctions);
  const before = parseGrouping(tokens);
  tokens.expect("(");
  const parameter = tokens.is(",", 1) ? (parseNumber(tokens) ?? null) : null;
  if (parameter !== null) tokens.expect(",");
  const from = tokens.peek();
  const inner = expectMetric(
    tokens,
    tokens.nested(() => parseExpression(tokens)),
    from,
  );
  tokens.expect(")");
  const grouping = before ?? parseGrouping(tokens);
  return placed(tokens.source, at, {
    kind: "vector-aggregation",
    function: text,
    parameter,
    inner,
    grouping,
  });
}

function parseGrouping(tokens: Tokens): Grouping | null {
  const without = tokens.is("without");
  if (!without && !tokens.is("by")) return null;
  const { at } = tokens.next();
  return placed(tokens.source, at, { without, labels: parseLabels(tokens) });
}

function parseLabels(tokens: Tokens): readonly string[] {
  tokens.expect("(");
  if (tokens.accept(")")) return Object.freeze([]);
  return tokens.listUntil(")", () => expectLabel(tokens));
}

function parseVector(tokens: Tokens): MetricExpression {
  const { at } = tokens.next();
  tokens.expect("(");
  const value = parseNumber(tokens);
  if (value === undefined) throw tokens.unexpected(["a number"]);
  tokens.expect(")");
  return placed(tokens.source, at, { kind: "vector", value });
}

function parseLabelReplace(tokens: Tokens): MetricExpression {
  const { at } = tokens.next();
  tokens.expect("(");
  const from = tokens.peek();
  const inner = expectMetric(
    tokens,
    tokens.nested(() => parseExpression(tokens)),
    from,
  );
  const text = (): string => {
    tokens.expect(",");
    return expectString(tokens);
  };
  const [destination, replacement, source, pattern] = [text(), text(), text(), text()];
  tokens.expect(")");
  return placed(tokens.source, at, {
    kind: "label-replace",
    inner,
    destination,
    replacement,
    source,
    pattern,
  });
}

function parseModifiers(
  tokens: Tokens,
  operator: BinaryOperator,
): Pick<Binary, "bool" | "matching" | "group"> {
  const bool = isOneOf(comparisonOperators, operator) && tokens.accept("bool");
  let matching: Binary["matching"] = null;
  let group: Binary["group"] = null;
  if (tokens.is("on") || tokens.is("ignoring")) {
    const on = tokens.next().text === "on";
    matching = Object.freeze({ on, labels: parseLabels(tokens) });
    if (tokens.is("group_left") || tokens.is("group_right")) {
      const side = tokens.next().text === "group_left" ? "left" : "right";
      group = Object.freeze({
        side,
        labels: tokens.is("(") && startsLabels(tokens) ? parseLabels(tokens) : Object.freeze([]),
      });
    }
  }
  return { bool, matching, group };
}

/** Behind `group_left` parentheses may hold its labels, or be the operand: `group_left (sum(…))`. */
function startsLabels(tokens: Tokens): boolean {
  return (
    tokens.is(")", 1) ||
    (tokens.peek(1).kind === "word" && (tokens.is(",", 2) || tokens.is(")", 2)))
  );
}
