import { expect, test } from "vitest";

import { cut, oneLine, visible } from "../../src/text/visible.ts";

test.each([
  ["abc\u202egnp.exe", "abc⟨U+202E⟩gnp.exe"],
  ["pay\u200bpal", "pay⟨U+200B⟩pal"],
  ["\ufeffx\u2066y\u2069", "⟨U+FEFF⟩x⟨U+2066⟩y⟨U+2069⟩"],
  ["a\u0000b\u001b[31mc", "a⟨U+0000⟩b⟨U+001B⟩[31mc"],
  ["half \ud800", "half ⟨U+D800⟩"],
  ["\u{e0041}tag", "⟨U+E0041⟩tag"],
])("%j is shown as %s", (text, shown) => expect(visible(text)).toBe(shown));

test("lines, letters of any script and families stay as they are", () => {
  for (const text of ["a\n\tb", "zażółć 日本語 עברית", "👨\u200d👩\u200d👧 ❤️"])
    expect(visible(text)).toBe(text);
});

test("what is cut says how much is missing", () => {
  expect(cut("x".repeat(50), 20)).toEqual({ text: "x".repeat(20), left: 30 });
  expect(cut("short", 20)).toEqual({ text: "short", left: 0 });
  expect(oneLine("a\n  b\tc", 20)).toBe("a b c");
  expect(oneLine("x".repeat(5_000_000), 10)).toBe(`${"x".repeat(10)}…`);
});
