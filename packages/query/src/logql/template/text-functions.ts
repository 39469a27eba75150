import { counter, replacer } from "../../regex/regex.ts";
import { printf } from "./printf.ts";
import {
  MAX_RESULT,
  type Signature,
  takes,
  takesTexts,
  TemplateFault,
  textOf,
  tooLong,
  wholeOf,
} from "./value.ts";

/** Operands come in the order in which a pipe needs them, the text last; the older capitalised ones have it first. */
export const textFunctions: readonly (readonly [name: string, signature: Signature])[] = [
  ["lower", takesTexts(1, (text) => text.toLowerCase())],
  ["ToLower", takesTexts(1, (text) => text.toLowerCase())],
  ["upper", takesTexts(1, (text) => text.toUpperCase())],
  ["ToUpper", takesTexts(1, (text) => text.toUpperCase())],
  ["title", takesTexts(1, title)],
  ["trim", takesTexts(1, (text) => text.trim())],
  ["TrimSpace", takesTexts(1, (text) => text.trim())],
  ["trimAll", takesTexts(2, (chars, text) => trimAll(text, chars))],
  ["Trim", takesTexts(2, trimAll)],
  ["trimPrefix", takesTexts(2, (prefix, text) => trimPrefix(text, prefix))],
  ["TrimPrefix", takesTexts(2, trimPrefix)],
  ["trimSuffix", takesTexts(2, (suffix, text) => trimSuffix(text, suffix))],
  ["TrimSuffix", takesTexts(2, trimSuffix)],
  ["replace", takesTexts(3, (old, by, text) => replace(text, old, by, -1))],
  [
    "Replace",
    takes(4, ([text, old, by, most]) =>
      replace(textOf(text), textOf(old), textOf(by), wholeOf(most)),
    ),
  ],
  ["trunc", sized((count, text) => (count < 0 ? text.slice(count) : text.slice(0, count)))],
  [
    "substr",
    takes(3, ([start, end, text]) => substring(wholeOf(start), wholeOf(end), textOf(text))),
  ],
  ["indent", sized(indent)],
  ["nindent", sized((count, text) => `\n${indent(count, text)}`)],
  ["alignLeft", sized((count, text) => text.slice(0, count).padEnd(count))],
  [
    "alignRight",
    sized((count, text) => text.slice(Math.max(0, text.length - count)).padStart(count)),
  ],
  ["repeat", sized(repeat)],
  ["printf", takes(1, ([format, ...values]) => printf(textOf(format), values), Infinity)],
  ["len", takesTexts(1, (text) => encode(text).length)],
  ["contains", takesTexts(2, (part, text) => text.includes(part))],
  ["hasPrefix", takesTexts(2, (prefix, text) => text.startsWith(prefix))],
  ["hasSuffix", takesTexts(2, (suffix, text) => text.endsWith(suffix))],
  ["count", takesTexts(2, (pattern, text) => counter(pattern)(text))],
  ["regexReplaceAll", takesTexts(3, (pattern, text, by) => regexReplace(pattern, text, by, false))],
  [
    "regexReplaceAllLiteral",
    takesTexts(3, (pattern, text, by) => regexReplace(pattern, text, by, true)),
  ],
  ["b64enc", takesTexts(1, (text) => btoa(encode(text)))],
  ["b64dec", takesTexts(1, (text) => decoded(() => decode(atob(text))))],
  [
    "urlencode",
    takesTexts(1, (text) => decoded(() => encodeURIComponent(text).replaceAll("%20", "+"))),
  ],
  [
    "urldecode",
    takesTexts(1, (text) => decoded(() => decodeURIComponent(text.replaceAll("+", " ")))),
  ],
];

/** Functions whose first operand is a regular expression. */
export const regexFunctions: ReadonlySet<string> = new Set([
  "count",
  "regexReplaceAll",
  "regexReplaceAllLiteral",
]);

function sized(apply: (count: number, text: string) => string): Signature {
  return takes(2, ([count, text]) => {
    const size = wholeOf(count);
    if (Math.abs(size) > MAX_RESULT) throw tooLong();
    return apply(size, textOf(text));
  });
}

function title(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase());
}

function trimAll(text: string, chars: string): string {
  let [start, end] = [0, text.length];
  while (start < end && chars.includes(text[start] ?? "")) start++;
  while (end > start && chars.includes(text[end - 1] ?? "")) end--;
  return text.slice(start, end);
}

function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function trimSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
}

function replace(text: string, old: string, by: string, limit: number): string {
  const parts = text.split(old);
  const most = limit < 0 ? parts.length : limit;
  if (text.length + Math.min(most, parts.length) * by.length > MAX_RESULT) throw tooLong();
  return parts.reduce((done, part, index) => done + (index <= most ? by : old) + part);
}

function substring(start: number, end: number, text: string): string {
  if (start < 0) return text.slice(0, Math.max(0, end));
  return end < 0 || end > text.length ? text.slice(start) : text.slice(start, end);
}

function repeat(count: number, text: string): string {
  if (count * text.length > MAX_RESULT) throw tooLong();
  return text.repeat(Math.max(0, count));
}

function indent(count: number, text: string): string {
  const lines = text.split("\n");
  if (lines.length * count > MAX_RESULT) throw tooLong();
  const margin = " ".repeat(Math.max(0, count));
  return lines.map((line) => margin + line).join("\n");
}

function regexReplace(pattern: string, text: string, by: string, literal: boolean): string {
  const replaced = replacer(pattern)(text, by, literal, MAX_RESULT);
  if (replaced === undefined) throw tooLong();
  return replaced;
}

/** Text as bytes, each a character below 256, as btoa wants it. */
function encode(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte)).join("");
}

function decode(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.codePointAt(0) ?? 0));
}

function decoded(read: () => string): string {
  try {
    return read();
  } catch {
    throw new TemplateFault("this can't be decoded");
  }
}
