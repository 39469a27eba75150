import { placed } from "../../text/places.ts";
import { parseDuration } from "../../text/quantities.ts";
import type { Token, Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Literal } from "../tree.ts";
import { kindNames, MAX_INT, MIN_INT, statusNames } from "../vocabulary.ts";

/** A literal, if one stands here; a minus directly before a number is part of it. */
export function parseLiteral(tokens: Tokens): Literal | undefined {
  const first = tokens.peek();
  const negative = tokens.is("-");
  const token = negative ? tokens.peek(1) : first;
  const literal =
    numeric(tokens, token, negative) ?? (negative ? undefined : (textual(token) ?? keyword(token)));
  if (literal === undefined) return undefined;
  if (negative) tokens.next();
  tokens.next();
  return placed(tokens.source, first.at, literal);
}

function numeric(tokens: Tokens, token: Token, negative: boolean): Literal | undefined {
  const sign = negative ? "-" : "";
  switch (token.kind) {
    case "integer": {
      const exact = BigInt(sign + token.text);
      if (exact < MIN_INT || exact > MAX_INT)
        throw tokens.invalid(token, "this integer is beyond 64 bits");
      return { kind: "literal", type: "int", value: int(exact) };
    }
    case "float": {
      const value = Number(sign + token.text);
      if (!Number.isFinite(value)) throw tokens.invalid(token, "this number is too large");
      return { kind: "literal", type: "float", value: value === 0 ? 0 : value };
    }
    case "duration": {
      const value = parseDuration(sign + token.text);
      if (value === undefined)
        throw tokens.invalid(token, "this duration is longer than 292 years");
      return { kind: "literal", type: "duration", value: value === 0 ? 0 : value };
    }
    default:
      return undefined;
  }
}

function textual({ kind, value }: Token): Literal | undefined {
  return kind === "string" && value !== undefined
    ? { kind: "literal", type: "string", value }
    : undefined;
}

function keyword({ kind, text }: Token): Literal | undefined {
  if (kind !== "word") return undefined;
  if (text === "true" || text === "false")
    return { kind: "literal", type: "bool", value: text === "true" };
  if (text === "nil") return { kind: "literal", type: "nil" };
  if (text === "minInt") return { kind: "literal", type: "int", value: MIN_INT };
  if (text === "maxInt") return { kind: "literal", type: "int", value: MAX_INT };
  if (isOneOf(statusNames, text)) return { kind: "literal", type: "status", value: text };
  if (isOneOf(kindNames, text)) return { kind: "literal", type: "kind", value: text };
  return undefined;
}

function int(exact: bigint): number | bigint {
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}
