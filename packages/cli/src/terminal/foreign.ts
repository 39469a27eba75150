// oxlint-disable no-control-regex -- control characters are what this file is about
/**
 * The one place where text from telemetry becomes text for a terminal. What could move the cursor, set the title, colour the
 * prompt, turn the reading direction or hide a character never gets through: complete control sequences are taken out,
 * what else is invisible is shown as what it is.
 */

/** CSI (colours, cursor), OSC (title, links) and the other strings that a terminal would swallow or obey. */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/**
 * Controls, soft hyphen, bidirectional and zero-width characters, line and paragraph separators, fillers that look like nothing,
 * tags, lone surrogates.
 */
const unseen =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|\u034f|[\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

/** On one line: line breaks and tabs are spaces. */
export function neutralise(text: string): string {
  if (!/[^\u0020-\u007e]/.test(text)) return text;
  return text
    .replace(sequences, "")
    .replace(/\r\n|[\n\r\t\v\f\u0085]/g, " ")
    .replace(unseen, picture);
}

/** The same for text of several lines that are ours to keep, as in a message. */
export function neutraliseLines(text: string): string {
  return text.split("\n").map(neutralise).join("\n");
}

/** JSON that means the same, and does nothing to a terminal it is printed on. */
export function terminalJson(value: unknown, indent?: number): string {
  return harmlessJson(JSON.stringify(value, undefined, indent));
}

/** The same of JSON that is written already: what is escaped here stands nowhere but in its strings. */
export function harmlessJson(json: string): string {
  return json.replace(unseen, (sign) => (sign === "\n" ? sign : escaped(sign)));
}

/** Controls have pictures of their own in Unicode; the rest is named. */
function picture(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

function escaped(sign: string): string {
  let text = "";
  for (let index = 0; index < sign.length; index++)
    text += `\\u${sign.charCodeAt(index).toString(16).padStart(4, "0")}`;
  return text;
}
