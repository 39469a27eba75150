import { placed } from "../../text/places.ts";
import type { Tokens } from "../../text/tokens.ts";
import type { LogExpression, Matcher, Stage } from "../tree.ts";
import { parseMatcher } from "./matcher.ts";
import { parseStage } from "./stage.ts";

export interface ReadLog<Extra = never> {
  readonly log: LogExpression;
  readonly extra: Extra | undefined;
}

/** A selector and its stages; `between` reads what may stand once between any two of them. */
export function parseLog<Extra>(
  tokens: Tokens,
  between: () => Extra | undefined = () => undefined,
): ReadLog<Extra> {
  const { at } = tokens.peek();
  const matchers = parseSelectorTokens(tokens);
  const stages: Stage[] = [];
  let extra = between();
  for (let stage = parseStage(tokens); stage !== undefined; stage = parseStage(tokens)) {
    stages.push(stage);
    extra ??= between();
  }
  const log = { kind: "log" as const, matchers, stages: Object.freeze(stages) };
  return { log: placed(tokens.source, at, log), extra };
}

export function parseSelectorTokens(tokens: Tokens): readonly Matcher[] {
  tokens.expect("{");
  const matchers: Matcher[] = [];
  while (!tokens.accept("}")) {
    matchers.push(parseMatcher(tokens));
    if (!tokens.accept(",") && !tokens.is("}")) throw tokens.unexpected([",", "}"]);
  }
  return Object.freeze(matchers);
}
