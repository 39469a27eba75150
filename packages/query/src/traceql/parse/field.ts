import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Field, FieldExpression } from "../tree.ts";
import {
  arithmeticOperators,
  attributeScopes,
  comparisonOperators,
  intrinsics,
} from "../vocabulary.ts";
import { parseLiteral } from "./literal.ts";

/** How tightly operators bind. `&&` and `||` bind alike, unlike in C; `!` binds looser than `*`. */
const POWER: ReadonlyMap<string, number> = new Map([
  ["&&", 1],
  ["||", 1],
  ...comparisonOperators.map((operator) => [operator, 2] as const),
  ["+", 3],
  ["-", 3],
  ["*", 5],
  ["/", 5],
  ["%", 5],
  ["^", 6],
]);
const NOT_POWER = 4;
const NEGATIVE_POWER = 7;

export function parseFieldExpression(tokens: Tokens, least = 1): FieldExpression {
  const { at } = tokens.peek();
  const { source } = tokens;
  let left = parseOperand(tokens);
  for (;;) {
    const operator = tokens.peek().text;
    const power = tokens.peek().kind === "symbol" ? POWER.get(operator) : undefined;
    if (power === undefined || power < least) return left;
    if (operator === "&&" || operator === "||") {
      const operands = [left];
      while (tokens.accept(operator)) operands.push(parseFieldExpression(tokens, power + 1));
      Object.freeze(operands);
      left = placed(source, at, { kind: operator === "&&" ? "and" : "or", operands });
      continue;
    }
    tokens.next();
    const right = tokens.nested(() =>
      parseFieldExpression(tokens, operator === "^" ? power : power + 1),
    );
    if (isOneOf(comparisonOperators, operator))
      left = placed(source, at, { kind: "comparison", operator, left, right });
    else if (isOneOf(arithmeticOperators, operator))
      left = placed(source, at, { kind: "arithmetic", operator, left, right });
  }
}

function parseOperand(tokens: Tokens): FieldExpression {
  const { at } = tokens.peek();
  const { source } = tokens;
  const simple = parseLiteral(tokens) ?? parseField(tokens);
  if (simple !== undefined) return simple;
  if (tokens.accept("(")) {
    const inside = tokens.nested(() => parseFieldExpression(tokens));
    tokens.expect(")");
    return inside;
  }
  if (tokens.accept("!")) {
    const operand = tokens.nested(() => parseFieldExpression(tokens, NOT_POWER));
    return placed(source, at, { kind: "not", operand });
  }
  if (tokens.accept("-")) {
    const operand = tokens.nested(() => parseFieldExpression(tokens, NEGATIVE_POWER));
    return placed(source, at, { kind: "negative", operand });
  }
  throw tokens.unexpected(["an attribute", "an intrinsic", "a value", "("]);
}

export function expectField(tokens: Tokens): Field {
  const field = parseField(tokens);
  if (field === undefined) throw tokens.unexpected(["an attribute", "an intrinsic"]);
  return field;
}

function parseField(tokens: Tokens): Field | undefined {
  const token = tokens.peek();
  const { at, kind, scope = "any", text, value: name = "" } = token;
  if (kind === "attribute") {
    tokens.next();
    if (scope === "any" || isOneOf(attributeScopes, scope))
      return placed(tokens.source, at, { kind, scope, name });
    throw tokens.unsupported(token, "the parent's attributes can't be queried; use > or >>");
  }
  if (kind === "word" && text === "parent")
    throw tokens.unsupported(token, "parent can't be queried; use span:parentID");
  if (kind === "scoped" && !intrinsics.has(text))
    throw tokens.invalid(token, `there is no intrinsic ${text}`);
  if ((kind !== "scoped" && kind !== "word") || !intrinsics.has(text)) return undefined;
  tokens.next();
  return placed(tokens.source, at, { kind: "intrinsic", name: text });
}
