import { limitHeight } from "../../text/height.ts";
import { Source } from "../../text/source.ts";
import type { Tokens } from "../../text/tokens.ts";
import { checkLogql } from "../check/check.ts";
import { lexLogql } from "../lex.ts";
import type { LogqlQuery, Matcher } from "../tree.ts";
import { parseSelectorTokens } from "./log.ts";
import { parseExpression } from "./metric.ts";

/** Reads and checks a query. Throws InvalidQueryError or UnsupportedQueryError. */
export function parseLogql(text: string): LogqlQuery {
  const tokens = lexLogql(new Source(text));
  const query = parseExpression(tokens);
  expectEnd(tokens, query.kind === "log" ? ["a stage", "the end"] : ["an operator", "the end"]);
  limitHeight(query);
  checkLogql(query);
  return query;
}

/** A selector alone, which here may match everything: `{}`, as when labels and series are asked for. */
export function parseSelector(text: string): readonly Matcher[] {
  const tokens = lexLogql(new Source(text));
  const matchers = parseSelectorTokens(tokens);
  expectEnd(tokens, ["the end"]);
  return matchers;
}

function expectEnd(tokens: Tokens, expected: readonly string[]): void {
  if (tokens.peek().kind !== "end") throw tokens.unexpected(expected);
}
