import type { QueryError } from "./fault.ts";
import { MAX_HEIGHT } from "./height.ts";
import type { Source } from "./source.ts";

export type TokenKind =
  | "word"
  /** `value` is what the quotes hold. */
  | "string"
  | "integer"
  | "float"
  | "duration"
  | "bytes"
  | "symbol"
  /** TraceQL: `span.http.url`, `.session.id`; `scope` and the name in `value`. */
  | "attribute"
  /** TraceQL: `trace:duration`. */
  | "scoped"
  /** LogQL: `--strict`. */
  | "flag"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  readonly value?: string;
  readonly scope?: string;
}

/** The tokens of a query in order, and the complaints about the one that should not be there. */
export class Tokens {
  readonly source: Source;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #next = 0;
  #depth = 0;

  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source;
    this.#tokens = tokens;
    this.#end = { kind: "end", text: "", at: source.text.length };
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** True where the next token is this symbol or word. A string that reads the same is none. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === "symbol" || token.kind === "word");
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#next++;
    return true;
  }

  expect(text: string): Token {
    if (!this.is(text)) throw this.unexpected([text]);
    return this.next();
  }

  expectKind(kind: TokenKind, said: string): Token {
    if (this.peek().kind !== kind) throw this.unexpected([said]);
    return this.next();
  }

  /** Reads items between commas until the closing symbol, which it takes too. */
  listUntil<Item>(close: string, item: () => Item): readonly Item[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    if (!this.accept(close)) throw this.unexpected([",", close]);
    return Object.freeze(items);
  }

  unexpected(expected: readonly string[], token: Token = this.peek()): QueryError {
    const seen = token.kind === "end" ? "the query ends here" : `unexpected ${shown(token.text)}`;
    return this.source.fault("invalid", token.at, seen, expected);
  }

  invalid(token: Token, message: string): QueryError {
    return this.source.fault("invalid", token.at, message);
  }

  unsupported(token: Token, message: string): QueryError {
    return this.source.fault("unsupported", token.at, message);
  }

  /** Every step down into brackets passes here, so that no text can exhaust the stack. */
  nested<Result>(read: () => Result): Result {
    if (this.#depth === MAX_HEIGHT)
      throw this.invalid(this.peek(), `the query is nested more than ${MAX_HEIGHT} levels deep`);
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
