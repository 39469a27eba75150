import { neutralise } from "./foreign.ts";
import { cutTo, padTo, widthOf } from "./width.ts";

/** What a piece of text is, rather than how it looks. Never the only sign: colours may be off, or not be seen. */
export type Tone = "plain" | "quiet" | "strong" | "good" | "bad" | "odd" | "name";

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

export interface Line {
  readonly left: readonly Piece[];
  /** Stands at the right edge; the left gives way. */
  readonly right?: readonly Piece[];
}

export function piece(text: string, tone: Tone = "plain"): Piece {
  return { text, tone };
}

export function line(...left: readonly (Piece | string)[]): Line {
  return { left: left.map((each) => (typeof each === "string" ? piece(each) : each)) };
}

export interface Look {
  readonly colour: boolean;
  /** Undefined where nothing has to fit. */
  readonly columns: number | undefined;
}

const codes: Readonly<Record<Tone, string>> = {
  plain: "",
  quiet: "2",
  strong: "1",
  good: "32",
  bad: "31",
  odd: "33",
  name: "36",
};

/** Everything that is printed for people comes through here: neutralised, cut to the screen, then coloured. */
export function renderLines(lines: readonly Line[], look: Look): string {
  return lines.map((each) => `${renderLine(each, look)}\n`).join("");
}

function renderLine({ left, right = [] }: Line, { colour, columns }: Look): string {
  const shown = right.map(({ text, tone }) => ({ text: neutralise(text), tone }));
  const taken = shown.reduce((sum, { text }) => sum + widthOf(text), 0);
  if (columns === undefined) {
    const gap = taken > 0 ? [piece("  ")] : [];
    return painted([...fitted(left, Number.POSITIVE_INFINITY), ...gap, ...shown], colour);
  }
  // Where the screen is too narrow for both, what is said on the left is said.
  const isBeside = taken > 0 && taken + 2 <= columns * 0.6;
  const room = isBeside ? columns - taken - 2 : columns;
  const kept = fitted(left, room);
  const used = kept.reduce((sum, { text }) => sum + widthOf(text), 0);
  if (!isBeside) return painted(kept, colour);
  return painted([...kept, piece(padTo("", columns - used - taken)), ...shown], colour);
}

function fitted(pieces: readonly Piece[], room: number): Piece[] {
  const kept: Piece[] = [];
  let left = room;
  for (const { text, tone } of pieces) {
    const shown = cutTo(neutralise(text), left);
    left -= widthOf(shown);
    kept.push({ text: shown, tone });
    if (left <= 0) break;
  }
  return kept;
}

function painted(pieces: readonly Piece[], colour: boolean): string {
  return pieces.map(({ text, tone }) => paint(text, tone, colour)).join("");
}

function paint(text: string, tone: Tone, colour: boolean): string {
  const code = codes[tone];
  return colour && code !== "" && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Columns as wide as their widest cell; the last ones are left away where the screen ends. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly (Piece | string)[])[],
): Line[] {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? piece(cell) : cell)),
  );
  const widths = head.map((title, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(neutralise(row[index]?.text ?? "")))),
  );
  const laid = (row: readonly Piece[]): Line => ({
    left: row.flatMap(({ text, tone }, index) => {
      const isLast = index === row.length - 1;
      const shown = neutralise(text);
      return [
        { text: shown, tone },
        ...(isLast ? [] : [piece(" ".repeat((widths[index] ?? 0) - widthOf(shown) + 2))]),
      ];
    }),
  });
  return [laid(head.map((title) => piece(title, "quiet"))), ...cells.map(laid)];
}
