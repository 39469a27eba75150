import { placed } from "../../text/places.ts";
import { parseBytes, parseDuration } from "../../text/quantities.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { LabelCompare, LabelCondition, LabelMatch } from "../tree.ts";
import { matchOperators, orderOperators } from "../vocabulary.ts";
import { expectLabel, refuseIp } from "./matcher.ts";

/** `a="x" and b>5 or c`: `and` binds tighter than `or`. */
export function parseLabelCondition(tokens: Tokens): LabelCondition {
  return parseRun(tokens, "or", () => parseRun(tokens, "and", () => parseOperand(tokens)));
}

function parseRun(
  tokens: Tokens,
  kind: "and" | "or",
  parsePart: () => LabelCondition,
): LabelCondition {
  const { at } = tokens.peek();
  const operands = [parsePart()];
  while (joinedBy(tokens) === kind) {
    if (tokens.is(kind) || tokens.is(",")) tokens.next();
    operands.push(parsePart());
  }
  const [only, ...others] = operands;
  if (only !== undefined && others.length === 0) return only;
  return placed(tokens.source, at, { kind, operands: Object.freeze(operands) });
}

/** What joins the next condition to the last; a comma and nothing at all are an `and`. */
function joinedBy(tokens: Tokens): "and" | "or" | undefined {
  if (tokens.is("or")) return "or";
  const more =
    tokens.is("and") || tokens.is(",") || tokens.is("(") || tokens.peek().kind === "word";
  return more ? "and" : undefined;
}

function parseOperand(tokens: Tokens): LabelCondition {
  if (tokens.accept("(")) {
    const inside = tokens.nested(() => parseLabelCondition(tokens));
    tokens.expect(")");
    return inside;
  }
  if (tokens.peek().kind !== "word" || joinedBy(tokens) === "or" || tokens.is("and"))
    throw tokens.unexpected(["a label", "a parser", "("]);
  return parseComparison(tokens);
}

function parseComparison(tokens: Tokens): LabelMatch | LabelCompare {
  const { source } = tokens;
  const { at } = tokens.peek();
  const label = expectLabel(tokens);
  const operatorToken = tokens.next();
  const operator = operatorToken.text === "==" ? "=" : operatorToken.text;
  if (!isOneOf(orderOperators, operator) && !isOneOf(matchOperators, operator))
    throw tokens.unexpected([...matchOperators, "<", "<=", ">", ">="], operatorToken);
  refuseIp(tokens);
  const { kind, value } = tokens.peek();
  if (kind === "string" && value !== undefined) {
    if (!isOneOf(matchOperators, operator))
      throw tokens.unexpected(["a number", "a duration", "a size"]);
    tokens.next();
    const matcher = placed(source, at, { label, operator, value });
    return placed(source, at, { kind: "label-match", matcher });
  }
  if (!isOneOf(orderOperators, operator)) throw tokens.unexpected(["a string"]);
  return placed(source, at, { kind: "label-compare", label, operator, ...parseQuantity(tokens) });
}

function parseQuantity(tokens: Tokens): Pick<LabelCompare, "type" | "value"> {
  const sign = tokens.accept("-") ? "-" : "";
  const token = tokens.next();
  const { kind, text } = token;
  const [type, value] =
    kind === "duration"
      ? (["duration", parseDuration(sign + text)] as const)
      : kind === "bytes" && sign === ""
        ? (["bytes", parseBytes(text)] as const)
        : ([
            "number",
            kind === "integer" || kind === "float" ? Number(sign + text) : undefined,
          ] as const);
  if (value === undefined || !Number.isFinite(value)) {
    if (type === "number" && kind !== "integer" && kind !== "float")
      throw tokens.unexpected(["a string", "a number", "a duration", "a size"], token);
    throw tokens.invalid(token, "this is too large");
  }
  return { type, value: value === 0 ? 0 : value };
}
