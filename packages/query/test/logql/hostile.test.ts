import { InvalidQueryError, UnsupportedQueryError } from "@throughline/query";
import { parseLogql, printLogql } from "@throughline/query/logql";
import { describe, expect, test } from "vitest";

const LONGEST = 131_072;
const deep = "nested more than";

describe("text made to hurt is refused, at once and clearly", () => {
  test.each([
    ["a megabyte", '{a="b"}'.padEnd(1_000_000), "longer than 131072 characters"],
    ["open brackets", "(".repeat(LONGEST), deep],
    ["open brackets in a filter", `{a="b"} | ${"(".repeat(100_000)}`, deep],
    ["open brackets before a range", `rate(${"(".repeat(100_000)}`, deep],
    ["functions", "sum(".repeat(30_000), deep],
    ["sums", `${"1+".repeat(60_000)}1`, deep],
    ["powers", `${"1^".repeat(60_000)}1`, deep],
    ["words in brackets", `{a="b"} | ${'(a="" or '.repeat(6_000)}a=""${")".repeat(6_000)}`, deep],
    ["templates", `{a="b"} | line_format \`{{${"(".repeat(50_000)}\``, "nested too deeply"],
    [
      "templates of ifs",
      `{a="b"} | line_format \`${"{{if .a}}".repeat(10_000)}\``,
      "nested too deeply",
    ],
    ["an open string", `{a="${"x".repeat(100_000)}`, "has no end"],
    ["an open selector", `{${'a="b",'.repeat(20_000)}`, "expected a label"],
  ])("%s", (_name, query, message) => {
    expect(() => parseLogql(query)).toThrow(InvalidQueryError);
    expect(() => parseLogql(query)).toThrow(message);
  });

  test("patterns that would take long to compile, one or many", () => {
    const filters = '|~ "[ab]{1000}[cd]" '.repeat(60);
    expect(() => parseLogql(`{a="b"} ${filters}`)).toThrow("too large together");
    const template = `{{ count "[ab]{1000}" .a }}`.repeat(20);
    expect(() => parseLogql(`{a="b"} | line_format \`${template}\``)).toThrow(
      UnsupportedQueryError,
    );
  });
});

test("a long run of one word is no deep tree", () => {
  const ids = Array.from({ length: 4_000 }, (_, i) => `session_id="${i}"`);
  const tree = parseLogql(`{a="b"} | ${ids.join(" or ")}`);
  expect(parseLogql(printLogql(tree))).toEqual(tree);
});
