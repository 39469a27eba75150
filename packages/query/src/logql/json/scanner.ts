/** Nothing in a log line is nested deeper than this for a reason. */
const MAX_DEPTH = 128;

export class JsonFault extends Error {
  override readonly name = "JsonFault";
}

/**
 * Walks over JSON text without building anything. A log line's numbers must come out as they were written (1.0, or an id of
 * twenty digits), which JSON.parse can't do, and most fields of a line are not asked for.
 */
export class JsonScanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The first character of the next value: `{`, `[`, `"`, or that of a number or word. */
  peek(): string {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text[this.#at] ?? "";
  }

  expectEnd(): void {
    if (this.peek() !== "") throw new JsonFault("something follows the value");
  }

  /** Reads an object; `field` must read, or skip, the value of each key. */
  object(field: (key: string) => void): void {
    this.#enter("{");
    for (let first = true; !this.#accept("}"); first = false) {
      if (!first) this.#expect(",");
      if (this.peek() !== '"') throw new JsonFault("a key is missing");
      const key = this.string();
      this.#expect(":");
      field(key);
    }
    this.#depth--;
  }

  array(element: (index: number) => void): void {
    this.#enter("[");
    for (let index = 0; !this.#accept("]"); index++) {
      if (index > 0) this.#expect(",");
      element(index);
    }
    this.#depth--;
  }

  string(): string {
    this.#expect('"');
    const from = this.#at;
    for (;;) {
      const char = this.#text.charCodeAt(this.#at);
      if (char === QUOTE) break;
      // NaN is the end of the text.
      if (!(char >= SPACE)) throw new JsonFault("a string is not closed");
      this.#at += char === BACKSLASH ? 2 : 1;
    }
    const raw = this.#text.slice(from, this.#at++);
    if (!raw.includes("\\")) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      throw new JsonFault("a string has an unknown escape");
    }
  }

  /** A number, `true`, `false` or `null`, as it was written. */
  word(): string {
    this.peek();
    WORD.lastIndex = this.#at;
    const [word] = WORD.exec(this.#text) ?? [];
    if (word === undefined) throw new JsonFault("a value is missing");
    this.#at += word.length;
    return word;
  }

  /** Passes over any value and gives its text. */
  skip(): string {
    const first = this.peek();
    const from = this.#at;
    if (first === "{") this.object(() => this.skip());
    else if (first === "[") this.array(() => this.skip());
    else if (first === '"') this.string();
    else this.word();
    return this.#text.slice(from, this.#at);
  }

  #enter(bracket: string): void {
    this.#expect(bracket);
    if (++this.#depth > MAX_DEPTH) throw new JsonFault("it is nested too deeply");
  }

  #accept(char: string): boolean {
    if (this.peek() !== char) return false;
    this.#at++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#accept(char)) throw new JsonFault(`${char} is missing`);
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === 0x0a || code === 0x09 || code === 0x0d;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b/y;
