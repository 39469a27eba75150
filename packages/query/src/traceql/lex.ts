import { durationEnd } from "../text/quantities.ts";
import { characterAt, ending } from "../text/scan.ts";
import type { Source } from "../text/source.ts";
import { readString } from "../text/strings.ts";
import { type Token, Tokens } from "../text/tokens.ts";
import { isOneOf } from "../text/words.ts";
import { attributeScopes } from "./vocabulary.ts";

/** Longest first: `&>>` must not be read as `&>` and `>`. */
const SYMBOL = /&>>|&<<|!>>|!<<|&&|\|\||&>|&<|&~|!>|!<|!~|!=|=~|>>|<<|>=|<=|[{}()|=><~!+\-*/%^,]/y;
const SPACE = /[ \t\r\n]+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const INTRINSIC_SCOPE = /^(?:trace|span|event|link|instrumentation|resource)$/;
/** An attribute's name goes on until one of these, so `span.http.status-code` is one name and so is `.a*2`. */
const NAME = /[^\s{}()=~!<>&|^,"]+/uy;

export function lexTraceql(source: Source): Tokens {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at = ending(SPACE, text, at);
    if (at === text.length) break;
    const read = attributeAt(source, at, at) ?? wordAt(source, at) ?? otherAt(source, at);
    tokens.push(read.token);
    at = read.end;
  }
  return new Tokens(source, tokens);
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function wordAt(source: Source, at: number): Read | undefined {
  const { text } = source;
  const end = ending(WORD, text, at);
  if (end === at) return undefined;
  const word = text.slice(at, end);
  if (text[end] === "." && (word === "parent" || isOneOf(attributeScopes, word)))
    return attributeAt(source, at, end, word);
  const fieldEnd = text[end] === ":" ? ending(WORD, text, end + 1) : end;
  if (fieldEnd > end + 1 && INTRINSIC_SCOPE.test(word))
    return { token: { kind: "scoped", text: text.slice(at, fieldEnd), at }, end: fieldEnd };
  return { token: { kind: "word", text: word, at }, end };
}

/** Reads `.name` behind a scope that stands from `at` to `dot`. Names may hold quoted parts: `span.http."user agent"`. */
function attributeAt(source: Source, at: number, dot: number, scope = "any"): Read | undefined {
  const { text } = source;
  if (text[dot] !== "." || (scope === "any" && /\d/.test(text[dot + 1] ?? ""))) return undefined;
  let name = "";
  let end = dot + 1;
  for (;;) {
    const bare = ending(NAME, text, end);
    name += text.slice(end, bare);
    end = bare;
    if (text[end] !== '"') break;
    const quoted = quotedName(source, end);
    name += quoted.name;
    end = quoted.end;
  }
  if (name === "")
    throw source.fault("invalid", dot + 1, "an attribute's name is missing", ["a name"]);
  const token: Token = {
    kind: "attribute",
    text: text.slice(at, end),
    at,
    scope,
    value: name,
  };
  return { token, end };
}

/** Inside the quotes of a name only `\"` and `\\` are escapes. */
function quotedName(source: Source, at: number): { name: string; end: number } {
  const { text } = source;
  let name = "";
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === '"') return { name, end: i + 1 };
    if (char !== "\\") name += char;
    else {
      const next = text[++i];
      if (next !== '"' && next !== "\\")
        throw source.fault("invalid", i - 1, "this is no escape in a name", ['\\"', "\\\\"]);
      name += next;
    }
  }
  throw source.fault("invalid", at, "this name has no closing quote", ['"']);
}

function otherAt(source: Source, at: number): Read {
  const { text } = source;
  const char = text[at] ?? "";
  if (char === '"' || char === "`") {
    const { value, end } = readString(source, at);
    return { token: { kind: "string", text: text.slice(at, end), at, value }, end };
  }
  const duration = durationEnd(text, at);
  const end = duration > at ? duration : ending(NUMBER, text, at);
  if (end > at) {
    if (ending(WORD, text, end) > end)
      throw source.fault("invalid", at, "this is neither a number nor a duration");
    const written = text.slice(at, end);
    const kind = duration > at ? "duration" : /^\d+$/.test(written) ? "integer" : "float";
    return { token: { kind, text: written, at }, end };
  }
  const symbol = ending(SYMBOL, text, at);
  if (symbol > at)
    return { token: { kind: "symbol", text: text.slice(at, symbol), at }, end: symbol };
  throw source.fault("invalid", at, `unexpected character ${characterAt(text, at)}`);
}
