import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Matcher } from "../tree.ts";
import { type MatchOperator, matchOperators } from "../vocabulary.ts";

export function parseMatcher(tokens: Tokens): Matcher {
  const { at } = tokens.peek();
  const label = expectLabel(tokens);
  const operator = expectMatchOperator(tokens);
  refuseIp(tokens);
  return placed(tokens.source, at, { label, operator, value: expectString(tokens) });
}

function expectMatchOperator(tokens: Tokens): MatchOperator {
  const { text } = tokens.peek();
  if (!isOneOf(matchOperators, text)) throw tokens.unexpected(matchOperators);
  tokens.next();
  return text;
}

export function expectLabel(tokens: Tokens): string {
  return tokens.expectKind("word", "a label").text;
}

export function expectString(tokens: Tokens): string {
  return tokens.expectKind("string", "a string").value ?? "";
}

export function refuseIp(tokens: Tokens): void {
  if (tokens.is("ip") && tokens.is("(", 1))
    throw tokens.unsupported(
      tokens.peek(),
      "addresses can't be matched with ip(); use a regular expression",
    );
}
