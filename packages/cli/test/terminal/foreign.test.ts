import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { neutralise, terminalJson } from "../../src/terminal/foreign.ts";
import { line, piece, renderLines, tableLines } from "../../src/terminal/line.ts";
import { widthOf } from "../../src/terminal/width.ts";

/** Everything that no text from telemetry may put on a terminal. */
const harmful =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u;

const nasty = fc.constantFrom(
  "\u001b[31m",
  "\u001b[2J",
  "\u009b31m",
  "\u001b]0;title\u0007",
  "\u001b]8;;http://evil\u001b\\",
  "\u001bP+q\u001b\\",
  "\u001b",
  "\u0007",
  "\r",
  "\n",
  "\t",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\ud800",
  "\u{e0041}",
  "\u0085",
  "\u2028",
  "\u034f",
  "漢字",
  "👩‍💻",
  "é",
);
const text = fc
  .array(fc.oneof(nasty, fc.string({ unit: "binary", maxLength: 8 }), fc.string()))
  .map((parts) => parts.join(""));

describe("foreign text", () => {
  test("nothing of it can drive a terminal, whatever it is", () => {
    fc.assert(
      fc.property(text, (foreign) => {
        const shown = neutralise(foreign);
        expect(shown).not.toMatch(harmful);
        // Taking something out must not make something new.
        expect(neutralise(shown)).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["plain ~ text", "plain ~ text"],
    ["grüße, 漢字 and 🙂", "grüße, 漢字 and 🙂"],
    ["\u001b[1;31mred\u001b[0m", "red"],
    ["a\u001b]8;;http://x\u0007link\u001b]8;;\u0007b", "alinkb"],
    ["two\nlines\r\nand\ttab", "two lines and tab"],
    ["ab\u0008c", "ab␈c"],
    ["user\u202etxt.exe", "user<202E>txt.exe"],
    ["zero\u200bwidth", "zero<200B>width"],
    ["\u001b", "␛"],
    ["\u001b\u001b[[31m", "␛31m"],
  ])("%j is shown as %j", (foreign, shown) => {
    expect(neutralise(foreign)).toBe(shown);
  });

  test("JSON for a terminal means the same and holds none of it", () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const json = terminalJson(value);
        expect(json).not.toMatch(harmful);
        expect(JSON.parse(json)).toEqual(value);
      }),
    );
  });
});

describe("lines", () => {
  const tone = fc.constantFrom("plain", "quiet", "strong", "good", "bad", "odd", "name");
  const pieces = fc.array(
    fc.tuple(text, tone).map(([text, tone]) => piece(text, tone as "plain")),
    { maxLength: 5 },
  );

  test("every line fits the screen and is one line; the colours are ours alone", () => {
    fc.assert(
      fc.property(pieces, pieces, fc.integer({ min: 10, max: 120 }), (left, right, columns) => {
        const plain = renderLines([{ left, right }], { colour: false, columns });
        expect(plain.endsWith("\n")).toBe(true);
        expect(plain.slice(0, -1)).not.toMatch(harmful);
        expect(widthOf(plain.slice(0, -1))).toBeLessThanOrEqual(columns);
        const coloured = renderLines([{ left, right }], { colour: true, columns });
        // oxlint-disable-next-line no-control-regex
        expect(coloured.replace(/\u001b\[\d*m/g, "")).toBe(plain);
      }),
    );
  });

  test("what is cut says so; what stands at the right edge stays", () => {
    const long = { left: [piece("a".repeat(100))], right: [piece("12 ms")] };
    const shown = renderLines([long], { colour: false, columns: 40 });
    expect(shown).toBe(`${"a".repeat(32)}…  12 ms\n`);
    expect(renderLines([long], { colour: false, columns: undefined })).toBe(
      `${"a".repeat(100)}  12 ms\n`,
    );
  });

  test("a table's columns line up, whatever stands in them", () => {
    const table = tableLines(
      ["A", "B"],
      [
        ["漢字", "1"],
        ["x\u001b[31my", "2"],
        ["é", "3"],
      ],
    );
    expect(renderLines(table, { colour: false, columns: undefined })).toBe(
      "A     B\n漢字  1\nxy    2\né     3\n",
    );
    expect(renderLines([line("plain")], { colour: true, columns: 80 })).toBe("plain\n");
  });
});
