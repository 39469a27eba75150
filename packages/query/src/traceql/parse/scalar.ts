import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Scalar, ScalarFilter } from "../tree.ts";
import { aggregateFunctions, arithmeticOperators, comparisonOperators } from "../vocabulary.ts";
import { parseFieldExpression } from "./field.ts";
import { parseLiteral } from "./literal.ts";

const POWER: ReadonlyMap<string, number> = new Map([
  ["+", 1],
  ["-", 1],
  ["*", 2],
  ["/", 2],
  ["%", 2],
  ["^", 3],
]);

/** `count() > 2`, `max(duration) - min(duration) > 1s`. */
export function parseScalarFilter(tokens: Tokens): ScalarFilter {
  const { at } = tokens.peek();
  const left = parseScalar(tokens);
  const operator = tokens.peek().text;
  if (!isOneOf(comparisonOperators, operator)) throw tokens.unexpected(["a comparison"]);
  tokens.next();
  const right = parseScalar(tokens);
  return placed(tokens.source, at, { kind: "scalar-filter", operator, left, right });
}

function parseScalar(tokens: Tokens, least = 1): Scalar {
  const { at } = tokens.peek();
  let left = parseOperand(tokens);
  for (;;) {
    const operator = tokens.peek().text;
    const power = POWER.get(operator);
    if (power === undefined || power < least || !isOneOf(arithmeticOperators, operator))
      return left;
    tokens.next();
    const right = tokens.nested(() => parseScalar(tokens, operator === "^" ? power : power + 1));
    left = placed(tokens.source, at, { kind: "scalar-arithmetic", operator, left, right });
  }
}

function parseOperand(tokens: Tokens): Scalar {
  const { at, text } = tokens.peek();
  const literal = parseLiteral(tokens);
  if (literal !== undefined) return literal;
  if (tokens.accept("(")) {
    const inside = tokens.nested(() => parseScalar(tokens));
    tokens.expect(")");
    return inside;
  }
  if (!isOneOf(aggregateFunctions, text) || !tokens.is("(", 1))
    throw tokens.unexpected([...aggregateFunctions.map((name) => `${name}(`), "a number", "("]);
  tokens.next();
  tokens.next();
  const field = text === "count" ? null : parseFieldExpression(tokens);
  tokens.expect(")");
  return placed(tokens.source, at, { kind: "aggregate", function: text, field });
}
