import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import { isOneOf } from "../../text/words.ts";
import type { Assignment, Extraction, LabelChoice, LineFilter, Stage } from "../tree.ts";
import { conversions, lineOperators, matchOperators } from "../vocabulary.ts";
import { parseLabelCondition } from "./label-condition.ts";
import { expectLabel, expectString, parseMatcher, refuseIp } from "./matcher.ts";

/** The next stage of a pipeline, if one begins here. */
export function parseStage(tokens: Tokens): Stage | undefined {
  const { at, kind, text } = tokens.peek();
  if (kind !== "symbol") return undefined;
  if (isOneOf(lineOperators, text)) return parseLineFilter(tokens);
  if (!tokens.accept("|")) return undefined;
  const { source } = tokens;
  const parse = tokens.peek().kind === "word" ? STAGES.get(tokens.peek().text) : undefined;
  if (parse !== undefined) {
    tokens.next();
    return placed(source, at, parse(tokens));
  }
  return placed(source, at, { kind: "label-filter", condition: parseLabelCondition(tokens) });
}

function parseLineFilter(tokens: Tokens): LineFilter {
  const { at, text: operator } = tokens.next();
  if (!isOneOf(lineOperators, operator)) throw tokens.unexpected(lineOperators);
  const values = [lineValue(tokens)];
  while (tokens.accept("or")) values.push(lineValue(tokens));
  return placed(tokens.source, at, {
    kind: "line-filter",
    operator,
    values: Object.freeze(values),
  });
}

function lineValue(tokens: Tokens): string {
  refuseIp(tokens);
  return expectString(tokens);
}

const STAGES: ReadonlyMap<string, (tokens: Tokens) => Stage> = new Map<
  string,
  (tokens: Tokens) => Stage
>([
  ["json", (tokens) => ({ kind: "json", extract: parseExtractions(tokens) })],
  ["logfmt", parseLogfmt],
  ["regexp", (tokens) => ({ kind: "regexp", pattern: expectString(tokens) })],
  ["pattern", (tokens) => ({ kind: "pattern", pattern: expectString(tokens) })],
  ["unpack", () => ({ kind: "unpack" })],
  ["decolorize", () => ({ kind: "decolorize" })],
  ["line_format", (tokens) => ({ kind: "line-format", template: expectString(tokens) })],
  [
    "label_format",
    (tokens) => ({ kind: "label-format", assignments: list(tokens, parseAssignment) }),
  ],
  ["drop", (tokens) => ({ kind: "drop", labels: list(tokens, parseChoice) })],
  ["keep", (tokens) => ({ kind: "keep", labels: list(tokens, parseChoice) })],
  ["unwrap", parseUnwrap],
  [
    "distinct",
    (tokens) => {
      throw tokens.unsupported(tokens.peek(-1), "distinct is not supported");
    },
  ],
]);

function parseLogfmt(tokens: Tokens): Stage {
  const flags = new Set<string>();
  while (tokens.peek().kind === "flag") {
    const { text } = tokens.peek();
    if (text !== "--strict" && text !== "--keep-empty")
      throw tokens.unexpected(["--strict", "--keep-empty"]);
    flags.add(text);
    tokens.next();
  }
  const [strict, keepEmpty] = [flags.has("--strict"), flags.has("--keep-empty")];
  return { kind: "logfmt", strict, keepEmpty, extract: parseExtractions(tokens) };
}

function parseExtractions(tokens: Tokens): readonly Extraction[] {
  if (tokens.peek().kind !== "word") return Object.freeze([]);
  return list(tokens, () => {
    const label = expectLabel(tokens);
    return { label, expression: tokens.accept("=") ? expectString(tokens) : label };
  });
}

function parseAssignment(tokens: Tokens): Assignment {
  const label = expectLabel(tokens);
  tokens.expect("=");
  const { kind, value } = tokens.peek();
  if (kind === "string" && value !== undefined) {
    tokens.next();
    return { label, template: value };
  }
  if (kind !== "word") throw tokens.unexpected(["a label", "a string"]);
  return { label, from: expectLabel(tokens) };
}

function parseChoice(tokens: Tokens): LabelChoice {
  return isOneOf(matchOperators, tokens.peek(1).text)
    ? parseMatcher(tokens)
    : { label: expectLabel(tokens) };
}

function parseUnwrap(tokens: Tokens): Stage {
  const { text } = tokens.peek();
  if (!tokens.is("(", 1)) return { kind: "unwrap", label: expectLabel(tokens), conversion: null };
  if (!isOneOf(conversions, text)) throw tokens.unexpected(conversions);
  tokens.next();
  tokens.next();
  const label = expectLabel(tokens);
  tokens.expect(")");
  return { kind: "unwrap", label, conversion: text };
}

function list<Item extends object>(
  tokens: Tokens,
  item: (tokens: Tokens) => Item,
): readonly Item[] {
  const one = (): Item => {
    const { at } = tokens.peek();
    return placed(tokens.source, at, item(tokens));
  };
  const items = [one()];
  while (tokens.accept(",")) items.push(one());
  return Object.freeze(items);
}
