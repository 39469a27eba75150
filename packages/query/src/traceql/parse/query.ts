import { limitHeight } from "../../text/height.ts";
import { placed } from "../../text/places.ts";
import { Source } from "../../text/source.ts";
import type { Tokens } from "../../text/tokens.ts";
import { checkTraceql } from "../check.ts";
import { lexTraceql } from "../lex.ts";
import type { Field, Hint, TraceqlQuery } from "../tree.ts";
import { expectField } from "./field.ts";
import { parseLiteral } from "./literal.ts";
import { parseBody } from "./pipeline.ts";

/** Reads and checks a query. Throws InvalidQueryError or UnsupportedQueryError. */
export function parseTraceql(text: string): TraceqlQuery {
  const tokens = lexTraceql(new Source(text));
  const body = parseBody(tokens);
  const hints = tokens.accept("with") ? parseHints(tokens) : Object.freeze([]);
  if (tokens.peek().kind !== "end")
    throw tokens.unexpected(
      hints.length > 0 ? ["the end"] : ["an operator", "|", "with", "the end"],
    );
  const query = placed(tokens.source, 0, { kind: "traceql" as const, body, hints });
  limitHeight(query);
  checkTraceql(query);
  return query;
}

/** A field alone: `.session.id`, `resource.service.name`, `status`. */
export function parseTraceqlField(text: string): Field {
  const tokens = lexTraceql(new Source(text));
  const field = expectField(tokens);
  if (tokens.peek().kind !== "end") throw tokens.unexpected(["the end"]);
  return field;
}

function parseHints(tokens: Tokens): readonly Hint[] {
  tokens.expect("(");
  return tokens.listUntil(")", () => {
    const { at, text: name } = tokens.expectKind("word", "a hint's name");
    tokens.expect("=");
    const value = parseLiteral(tokens);
    if (value === undefined) throw tokens.unexpected(["a value"]);
    return placed(tokens.source, at, { name, value });
  });
}
