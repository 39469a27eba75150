import * as fc from "fast-check";
import { expect, test } from "vitest";

import { align } from "../../src/compare/align.ts";
import type { Step } from "../../src/engine/protocol.ts";

const step = (name: string, index: number, told: Partial<Step> = {}): Step => ({
  id: `${index}`,
  kind: "tool",
  name,
  depth: 0,
  ms: 1,
  tokens: 0,
  cost: null,
  error: false,
  turn: 0,
  ...told,
});
const course = (names: string): Step[] => names.split("").map((name, index) => step(name, index));
const written = (a: string, b: string) =>
  align(course(a), course(b))
    .pairs.map((pair) => `${pair.a?.name ?? "-"}${pair.b?.name ?? "-"}`)
    .join(" ");

test.each([
  ["abc", "abc", "aa bb cc"],
  ["abcd", "acd", "aa b- cc dd"],
  ["acd", "abcd", "aa -b cc dd"],
  ["ab", "cd", "a- b- -c -d"],
  ["", "a", "-a"],
])("%s beside %s is %s", (a, b, expected) => expect(written(a, b)).toBe(expected));

test("the first difference is where a step is absent, or failed in one alone", () => {
  expect(align(course("abc"), course("abc")).first).toBe(-1);
  expect(align(course("abcd"), course("abd")).first).toBe(2);
  const failed = [step("a", 0), step("b", 1, { error: true })];
  expect(align(course("ab"), failed).first).toBe(1);
});

test("nothing is lost and nothing changes its order, and as much as possible stands together", () => {
  const names = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
  fc.assert(
    fc.property(names, names, (a, b) => {
      const { pairs } = align(course(a), course(b));
      expect(pairs.map((pair) => pair.a?.name ?? "").join("")).toBe(a);
      expect(pairs.map((pair) => pair.b?.name ?? "").join("")).toBe(b);
      const common = pairs.filter((pair) => pair.a !== null && pair.b !== null);
      expect(common.length).toBe(longestCommon(a, b));
    }),
  );
});

/** By definition, without a table. */
function longestCommon(a: string, b: string): number {
  if (a === "" || b === "") return 0;
  if (a[0] === b[0]) return 1 + longestCommon(a.slice(1), b.slice(1));
  return Math.max(longestCommon(a.slice(1), b), longestCommon(a, b.slice(1)));
}

test("courses too long for the table are laid beside each other all the same", () => {
  const a = Array.from({ length: 9_000 }, (_, index) => step(`a${index % 7}`, index));
  const b = Array.from({ length: 9_000 }, (_, index) =>
    step(index === 0 ? "x" : `a${(index + 1) % 7}`, index),
  );
  const { pairs } = align(a, b);
  expect(pairs.filter((pair) => pair.a !== null)).toHaveLength(9_000);
  expect(pairs.filter((pair) => pair.b !== null)).toHaveLength(9_000);
});
