import { InvalidQueryError, UnsupportedQueryError } from "@throughline/query";
import { parseTraceql, printTraceql } from "@throughline/query/traceql";
import { describe, expect, test } from "vitest";

const LONGEST = 131_072;

describe("text made to hurt is refused, at once and clearly", () => {
  test.each([
    ["a megabyte", "{ .a = 1 }".padEnd(1_000_000), "longer than 131072 characters"],
    ["open brackets", "(".repeat(LONGEST), "nested more than"],
    ["open brackets in a filter", `{${"(".repeat(100_000)}`, "nested more than"],
    ["negations", `{${"!".repeat(100_000)}.a}`, "nested more than"],
    ["minus signs", `{${"-".repeat(100_000)}.a = 1}`, "nested more than"],
    ["powers", `{${"2 ^ ".repeat(20_000)}1 = 1}`, "nested more than"],
    ["sums", `{${"1 + ".repeat(20_000)}1 = 1}`, "nested more than"],
    ["alternating words", `{${".a && .a || ".repeat(8_000)}.a}`, "nested more than"],
    ["relations", `${"{}>>".repeat(20_000)}{}`, "nested more than"],
    ["wrapped pipelines", "({}|".repeat(20_000), "nested more than"],
    ["an open string", `{ .a = "${"x".repeat(100_000)}`, "has no end"],
    ["an open name", `{ ."${"x".repeat(100_000)}`, "no closing quote"],
  ])("%s", (_name, query, message) => {
    expect(() => parseTraceql(query)).toThrow(InvalidQueryError);
    expect(() => parseTraceql(query)).toThrow(message);
  });

  test("patterns that would take long to compile, one or many", () => {
    const many = `{ ${Array.from({ length: 60 }, () => '.a =~ "[ab]{1000}[cd]"').join(" || ")} }`;
    expect(() => parseTraceql('{ .a =~ "([a-z]{25}x){40}([a-z]{25}y){40}" }')).toThrow(
      UnsupportedQueryError,
    );
    expect(() => parseTraceql(many)).toThrow("too large together");
  });
});

test("a long run of one operator is no deep tree", () => {
  const ids = Array.from({ length: 4_000 }, (_, i) => `span.session.id = "${i}"`);
  const tree = parseTraceql(`{ ${ids.join(" || ")} }`);
  expect(parseTraceql(printTraceql(tree))).toEqual(tree);
});
