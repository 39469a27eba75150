/**
 * Characters that show nothing, turn the direction of what follows, or end up as something else than what is read: controls,
 * zero-width and bidirectional marks, tags, lone surrogates. Text from telemetry is shown with them written out.
 */
const unseen =
  /(?![\t\n\r])\p{Cc}|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;
/** In a family emoji the joiner is what makes it one. */
const joined = /\p{Extended_Pictographic}\ufe0f?$/u;

export function visible(text: string): string {
  return text.replace(unseen, (sign, at: number) => {
    if (sign === "\u200d" && joined.test(text.slice(Math.max(0, at - 3), at))) return sign;
    const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${code}⟩`;
  });
}

/** On one line and no longer than `most`, for rows and titles. */
export function oneLine(text: string, most: number): string {
  // What is cut away is never looked at: a value may be megabytes.
  const head = text
    .slice(0, most * 2)
    .replace(/\s+/g, " ")
    .trim();
  const shown = visible(head.slice(0, most));
  return text.length > most * 2 || head.length > most ? `${shown}…` : shown;
}

export interface CutText {
  readonly text: string;
  /** Characters that are not shown. */
  readonly left: number;
}

export function cut(text: string, most: number): CutText {
  if (text.length <= most) return { text: visible(text), left: 0 };
  return { text: visible(text.slice(0, most)), left: text.length - most };
}
