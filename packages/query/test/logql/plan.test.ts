import {
  createLogqlFilter,
  defaultStep,
  planLogql,
  type LogCondition,
  type LogEntry,
  type LogFetch,
  type LogqlPlan,
} from "@throughline/query/logql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { entry, NOON, SECOND } from "./records.ts";
import { logs } from "./trees.ts";

const window = { startNs: NOON, endNs: NOON + 60n * SECOND };
const plan = (query: string): LogqlPlan => planLogql(query, window);

/** `label operator texts`, clauses joined by & and their conditions by |, then the texts a line must have. */
function said({ clauses, contains, more }: LogFetch): string {
  const conditions = clauses.map((clause) =>
    clause
      .map((condition) => {
        const operand =
          "values" in condition
            ? condition.values.join(",")
            : "pattern" in condition
              ? condition.pattern
              : condition.value;
        return `${condition.column ?? condition.label} ${condition.operator} ${operand}`;
      })
      .join(" | "),
  );
  const texts = contains.map((values) => `"${values.join('"|"')}"`);
  return [...conditions, ...texts, ...(more ? ["…"] : [])].join(" & ");
}

describe("what a store can look up goes to it as conditions and texts", () => {
  test.each([
    ['{service_name="a"}', "service in a"],
    [
      '{service_name=~"a|b", k8s_pod_name!~"x.*"} | session_id="s1"',
      "service in a,b & k8s_pod_name not-matches x.* & session in s1",
    ],
    [
      '{service_name="a"} | session_id="s1" or trace_id="t1"',
      "service in a & session in s1 | traceId in t1",
    ],
    [
      '{service_name="a"} | session_id="s1" and gen_ai_tool_name!="x"',
      "service in a & session in s1 & tool not-in x",
    ],
    ['{service_name="a"} |= "error" |= "x" or "y"', 'service in a & "error" & "x"|"y"'],
    ['{service_name="a"} |= "error" |~ "r.*" != "z"', 'service in a & "error" & …'],
    // Behind a parser a label may come from the line.
    [
      '{service_name="a"} | session_id="s1" | json | trace_id="t1"',
      "service in a & session in s1 & …",
    ],
    ['{service_name="a"} | json |= "text"', 'service in a & "text" & …'],
    [
      '{service_name="a"} | line_format "x" |= "text" | session_id="s1"',
      "service in a & session in s1 & …",
    ],
    ['{service_name="a"} | drop session_id | session_id=""', "service in a & …"],
    ['{service_name="a"} | status > 5 | session_id="s1"', "service in a & session in s1 & …"],
    ['{service_name="a"} | session_id="s1" or status > 5', "service in a & …"],
    ['{service_name="a"} | __error__=""', "service in a & …"],
  ])("%s", (query, expected) => {
    expect(plan(query).fetch.map(said)).toEqual([expected]);
  });

  test("each function over time reads a window of its own", () => {
    const { fetch, window: whole } = planLogql(
      'sum(rate({service_name="a"}[1m])) / sum(rate({service_name="b"}[5m] offset 1h)) + vector(1)',
      { ...window, stepNs: 10n * SECOND },
    );
    expect(
      fetch.map((each) => [
        said(each),
        Number(each.window.startNs - NOON) / 1e9,
        Number(each.window.endNs - NOON) / 1e9,
      ]),
    ).toEqual([
      ["service in a", -60 + 1e-9, 60 + 1e-9],
      ["service in b", -3900 + 1e-9, -3540 + 1e-9],
    ]);
    expect(whole).toEqual({ startNs: NOON - 3900n * SECOND + 1n, endNs: NOON + 60n * SECOND + 1n });
    expect(plan("1 + 1").fetch).toEqual([]);
  });
});

test("a plan is plain data that survives the way to another thread", () => {
  const made = plan(
    'quantile_over_time(0.9, {service_name="a"} | json | unwrap x | y > 5 [1m]) by (z)',
  );
  expect(structuredClone(made)).toEqual(made);
  expect(
    Object.isFrozen(made) &&
      Object.isFrozen(made.fetch[0]) &&
      Object.isFrozen(made.fetch[0]?.clauses),
  ).toBe(true);
});

test("windows and steps", () => {
  expect(defaultStep(NOON, NOON + 3_600n * SECOND)).toBe(14n * SECOND);
  expect(defaultStep(NOON, NOON + 10n * SECOND)).toBe(SECOND);
  expect(plan('rate({service_name="a"}[1m])')).toMatchObject({
    steps: { firstNs: NOON, stepNs: SECOND, count: 61 },
  });
  expect(() => planLogql('{service_name="a"}', { startNs: NOON, endNs: NOON - 1n })).toThrow(
    "ends before it starts",
  );
  expect(() => planLogql("vector(1)", { ...window, stepNs: 1n })).toThrow("more than 11000 steps");
  expect(() => planLogql("vector(1)", { ...window, stepNs: 0n })).toThrow("longer than nothing");
});

const texts = fc.constantFrom(
  "",
  "a",
  "b",
  "x",
  "service",
  "5",
  "1.5",
  "{}",
  '{"a":"b"}',
  "a=x b1=5",
);
const entries = fc
  .record({
    body: texts,
    attributes: fc.dictionary(
      fc.constantFrom("session.id", "level", "a", "b1", "tool", "x"),
      texts,
    ),
  })
  .map(entry);

test("no fetch leaves out an entry that the query keeps", () => {
  fc.assert(
    fc.property(logs, entries, (query, entry) => {
      const made = planLogql(
        { ...query, matchers: [{ label: "service_name", operator: "=", value: "agent" }] },
        window,
      );
      if (made.kind !== "logs") throw new Error("not a log query");
      if (createLogqlFilter(made)(entry) === undefined) return;
      for (const { clauses, contains } of made.fetch) {
        for (const clause of clauses)
          expect(clause.some((condition) => holds(condition, entry))).toBe(true);
        for (const values of contains)
          expect(values.some((value) => entry.line.includes(value))).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

function holds(condition: LogCondition, { metadata, stream }: LogEntry): boolean {
  const value = metadata.get(condition.label) ?? stream.get(condition.label) ?? "";
  switch (condition.operator) {
    case "in":
      return condition.values.includes(value);
    case "not-in":
      return !condition.values.includes(value);
    case "matches":
      return new RegExp(`^(?:${condition.pattern.replace("(?i)", "")})$`, "i").test(value);
    case "not-matches":
      return !new RegExp(`^(?:${condition.pattern.replace("(?i)", "")})$`).test(value);
    default:
      return false;
  }
}
