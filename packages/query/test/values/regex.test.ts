import { QueryError } from "@throughline/query";
import { createLogqlFilter, planLogql } from "@throughline/query/logql";
import { parseTraceql, spanTest } from "@throughline/query/traceql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { entry, NOON, SECOND } from "../logql/records.ts";
import { span } from "../traceql/spans.ts";

const quoted = (text: string): string =>
  `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;

/** As TraceQL compares: the whole text. */
function whole(pattern: string, text: string): boolean {
  const { body } = parseTraceql(`{ span.a =~ ${quoted(pattern)} }`);
  const [filter] = body.kind === "search" ? body.stages : [];
  if (filter?.kind !== "filter") throw new Error("no filter");
  return spanTest(filter)(span({ attributes: { a: text } }));
}

function keeps(stage: string, text: string): boolean {
  const plan = planLogql(`{service_name="agent"} ${stage}`, {
    startNs: NOON,
    endNs: NOON + SECOND,
  });
  return plan.kind === "logs" && createLogqlFilter(plan)(entry({ body: text })) !== undefined;
}

/** As LogQL filters lines: anywhere. */
function part(pattern: string, text: string): boolean {
  return keeps(`|~ ${quoted(pattern)}`, text);
}

describe("patterns on which a backtracking engine never ends are answered", () => {
  const long = "a".repeat(50_000);
  test.each([
    ["(a+)+$", `${long}b`],
    ["(a|a)*b", long],
    ["(a|aa)+$", `${long}!`],
    ["(.*)(.*)(.*)(.*)(.*)x", long],
    ["(x+x+)+y", "x".repeat(50_000)],
    ["([a-zA-Z]+)*1", long],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", long],
    [".*.*=.*", long],
  ])("%s", (pattern, text) => {
    expect(part(pattern, text)).toBe(false);
    expect(whole(pattern, text)).toBe(false);
    expect(keeps(`| regexp ${quoted(`(?P<all>${pattern})`)} | all!=""`, text)).toBe(false);
    expect(keeps(`| line_format \`{{ count "${pattern}" __line__ }}\` |= "0"`, text)).toBe(true);
  });
});

test("whole and part, and what the dot matches", () => {
  expect(whole("a.c", "abc")).toBe(true);
  expect(whole("a.c", "xabc")).toBe(false);
  expect(whole("a.c", "a\nc")).toBe(false);
  expect(whole("(?s)a.c", "a\nc")).toBe(true);
  expect(part("a.c", "xa\ncx")).toBe(true);
  expect(whole("chat|tool", "tool")).toBe(true);
  expect(whole("chat|tool", "tools")).toBe(false);
  expect(whole("", "")).toBe(true);
  expect(part("b|c", "abc")).toBe(true);
});

test("what is no RE2 pattern, and what is too much of one", () => {
  const fault = (pattern: string) => {
    try {
      whole(pattern, "");
    } catch (error) {
      if (error instanceof QueryError) return error.fault.kind;
      throw error;
    }
    return undefined;
  };
  const kinds = new Set(
    ["(", "(?=a)", "\\1", "a**", "[z-a]", "a{1001}", "(a{100}){11}"].map(fault),
  );
  expect(kinds).toEqual(new Set(["invalid"]));
  expect(fault("[ab]{1000}[cd]{1000}[ef]{500}")).toBe("unsupported");
  expect(fault(`${"x".repeat(110_000)}(y)`)).toBe("unsupported");
  expect(fault(Array.from({ length: 5_000 }, (_, i) => `session-${i}`).join("|"))).toBeUndefined();
});

test("patterns of words are compared as words, with the same outcome", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "|", "-", " "), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (pattern, text) => {
      // Parentheses keep the pattern from the short cut.
      expect(whole(pattern, text)).toBe(whole(`(?:${pattern})`, text));
      expect(part(pattern, text)).toBe(part(`(?:${pattern})`, text));
    }),
  );
});
