import type { Source } from "./source.ts";

/** Strings as Go writes them: `"…"` with escapes, or backticks around anything else. */
export interface ReadString {
  readonly value: string;
  /** Behind the closing quote. */
  readonly end: number;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads the string whose quote stands at `at`. */
export function readString(source: Source, at: number): ReadString {
  const { text } = source;
  if (text[at] === "`") {
    const close = text.indexOf("`", at + 1);
    if (close === -1) throw source.fault("invalid", at, "this string has no end", ["`"]);
    return { value: text.slice(at + 1, close), end: close + 1 };
  }
  let value = "";
  let from = at + 1;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '"') return { value: value + text.slice(from, i), end: i + 1 };
    if (char === "\n") break;
    if (char !== "\\") continue;
    const escape = readEscape(source, i);
    value += text.slice(from, i) + escape.value;
    from = escape.end;
    i = from - 1;
  }
  throw source.fault("invalid", at, "this string has no end", ['"']);
}

function readEscape(source: Source, at: number): ReadString {
  const { text } = source;
  const letter = text[at + 1] ?? "";
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { value: simple, end: at + 2 };
  const octal = /^[0-7]{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  const digits = HEX_DIGITS[letter];
  const hex = digits === undefined ? undefined : text.slice(at + 2, at + 2 + digits);
  if (hex !== undefined && hex.length === digits && /^[0-9a-fA-F]+$/.test(hex))
    return character(source, at, Number.parseInt(hex, 16), letter === "x", at + 2 + hex.length);
  if (octal !== undefined) return character(source, at, Number.parseInt(octal, 8), true, at + 4);
  throw source.fault("invalid", at, `\\${letter} is no escape`, ["\\n", "\\t", "\\\\", '\\"']);
}

function character(
  source: Source,
  at: number,
  code: number,
  isByte: boolean,
  end: number,
): ReadString {
  if (isByte && code > 0x7f)
    throw source.fault("unsupported", at, "write the character itself instead of its bytes");
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw source.fault("invalid", at, "this is not a Unicode character");
  return { value: String.fromCodePoint(code), end };
}

const WRITTEN: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\\": "\\\\",
  '"': '\\"',
};

export function writeString(value: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is for
  const escaped = value.replace(/[\u0000-\u001f\u007f"\\]/g, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return WRITTEN[char] ?? `\\x${code.toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}
