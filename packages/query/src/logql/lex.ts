import { durationEnd } from "../text/quantities.ts";
import { characterAt, ending } from "../text/scan.ts";
import type { Source } from "../text/source.ts";
import { readString } from "../text/strings.ts";
import { type Token, type TokenKind, Tokens } from "../text/tokens.ts";

const SPACE = /(?:[ \t\r\n]+|#[^\n]*)+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const FLAG = /--[a-z][a-z-]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const BYTES = /(?:\d+(?:\.\d*)?|\.\d+)(?:[kmgtpe]i?)?b/iy;
const SYMBOL = /\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[{}()[\],|=<>+\-*/%^]/y;

export function lexLogql(source: Source): Tokens {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = ending(SPACE, text, at);
    if (at === text.length) return new Tokens(source, tokens);
    const { end, token } = tokenAt(source, at);
    tokens.push(token);
    at = end;
  }
}

function tokenAt(source: Source, at: number): { token: Token; end: number } {
  const { text } = source;
  const char = text[at] ?? "";
  const read = (kind: TokenKind, end: number) => ({
    token: { kind, text: text.slice(at, end), at },
    end,
  });
  if (char === '"' || char === "`") {
    const { end, value } = readString(source, at);
    return { token: { ...read("string", end).token, value }, end };
  }
  const word = ending(WORD, text, at);
  if (word > at) return read("word", word);
  const quantity = quantityAt(text, at);
  if (quantity !== undefined) return read(...quantity);
  if (/[\d.]/.test(char))
    throw source.fault("invalid", at, "this is no number, duration or size", ["5", "5m", "5MB"]);
  const flag = ending(FLAG, text, at);
  if (flag > at) return read("flag", flag);
  const symbol = ending(SYMBOL, text, at);
  if (symbol > at) return read("symbol", symbol);
  if (char === "$")
    throw source.fault(
      "unsupported",
      at,
      "Grafana replaces variables before it asks; write a value",
    );
  throw source.fault("invalid", at, `unexpected character ${characterAt(text, at)}`);
}

/** `5`, `5m` and `5MB` begin alike: what is read must not run into a letter. */
function quantityAt(text: string, at: number): [TokenKind, number] | undefined {
  const number = ending(NUMBER, text, at);
  const candidates: [TokenKind, number][] = [
    [/^\d+$/.test(text.slice(at, number)) ? "integer" : "float", number],
    ["duration", durationEnd(text, at)],
    ["bytes", ending(BYTES, text, at)],
  ];
  return candidates.find(([, end]) => end > at && ending(WORD, text, end) === end);
}
