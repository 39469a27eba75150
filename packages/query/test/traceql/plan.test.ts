import {
  defaultStep,
  parseTraceql,
  planTraceql,
  spanTest,
  type Condition,
  type FieldExpression,
  type Filter,
  type SpanFetch,
} from "@throughline/query/traceql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { NOON, SECOND, span } from "./spans.ts";
import { filters } from "./trees.ts";

const window = { startNs: NOON, endNs: NOON + 60n * SECOND };

function fetches(query: string): readonly SpanFetch[] {
  return planTraceql(query, window).fetch;
}

/** `column operator operands`, clauses joined by & and their conditions by |. */
function said(fetch: SpanFetch): string {
  return fetch.clauses
    .map((clause) =>
      clause
        .map(({ column, operands, operator }) =>
          [
            column ?? "?",
            operator,
            ...operands.map((operand) => ("value" in operand ? String(operand.value) : "nil")),
          ].join(" "),
        )
        .join(" | "),
    )
    .join(" & ");
}

describe("what a store can look up goes to it as conditions", () => {
  test.each([
    ['{ span.session.id = "X" }', "session in X"],
    ['{ .session.id = "X" && status = error }', "session in X & status in error"],
    [
      '{ span.session.id = "X" || resource.session.id = "X" || span.gen_ai.conversation.id = "X" }',
      "session in X | session in X | ? in X",
    ],
    ['{ resource.service.name =~ "a|b" && name =~ "a.*" }', "service in a b & name =~ a.*"],
    ["{ duration > 1s && 2s > duration }", "duration > 1000000000 & duration < 2000000000"],
    [
      "{ kind = client && span.gen_ai.operation.name = `chat` }",
      "kind in client & operation in chat",
    ],
    [
      "{ span.gen_ai.tool.name != nil && span.gen_ai.agent.name = nil }",
      "tool exists & agent absent",
    ],
    ["{ span.cached && nestedSetParent < 0 }", "? in true & parentId < 0"],
    ["{ span.gen_ai.request.model = `m` } | { status = error }", "model in m & status in error"],
    ["{ span.throughline.step = `tool` } | count() > 1 | { status = error }", "step in tool"],
    ['{ event.session.id = "X" }', "? in X"],
  ])("%s", (query, clauses) => {
    const [fetch, ...more] = fetches(query);
    expect(more).toEqual([]);
    expect(fetch === undefined ? "" : said(fetch)).toBe(clauses);
    expect(fetch?.rest).toBeNull();
  });

  test("what no condition says stays as the rest", () => {
    const [fetch] = fetches("{ status = error && (span.a + 1 = 2 || !span.b) && !span.c }");
    expect(fetch === undefined ? "" : said(fetch)).toBe("status in error");
    expect(fetch?.rest).toEqual(filterOf("{ (span.a + 1 = 2 || !span.b) && !span.c }").condition);
  });

  test("every set of a combination is wanted", () => {
    expect(fetches("{ status = error } >> { kind = client } || { }").map(said)).toEqual([
      "status in error",
      "kind in client",
      "",
    ]);
    expect(fetches("({ status = error } | rate()) / ({ } | rate())").map(said)).toEqual([
      "status in error",
      "",
    ]);
  });
});

test.each([
  ["{ status = error }", "candidates"],
  ["{ status = error } | rate()", "span"],
  ["{ nestedSetParent < 0 && !(nestedSetParent < 0) } | rate()", "span"],
  ["{ nestedSetParent >= 0 } | rate()", "trace"],
  ["{ } | rate() by (rootName)", "trace"],
  ["{ a } | rate()".replace("a", ".a"), "span"],
  ["{ } | count() > 2 | rate()", "candidates"],
  ["{ .a } && { .b }", "candidates"],
  ["{ .a } > { .b }", "trace"],
  ["{ trace:duration > 1s }", "trace"],
  ["{ } | by(span:childCount)", "trace"],
])("%s is decided by %s", (query, unit) => {
  expect(planTraceql(query, window).unit).toBe(unit);
});

test("the fields a query reads", () => {
  const plan = planTraceql(
    "{ .a = 1 && name != nil } | by(.b) | sum(span.c) > 1 | select(status, .a)",
    window,
  );
  expect(plan.fields.map(({ name }) => name)).toEqual(["a", "name", "b", "c", "status"]);
  expect(planTraceql("{ } | compare({ .a })", window).readsAll).toBe(true);
});

test("a plan is plain data that survives the way to another thread", () => {
  const plan = planTraceql(
    "{ .a = 9223372036854775807 } >> { } | select(name) with (most_recent=true)",
    window,
  );
  expect(structuredClone(plan)).toEqual(plan);
  expect(Object.isFrozen(plan) && Object.isFrozen(plan.fetch) && Object.isFrozen(plan.window)).toBe(
    true,
  );
});

describe("windows and steps", () => {
  test.each([
    [30, "0.1"],
    [60, "1"],
    [3_600, "15"],
    [6 * 3_600, "60"],
    [24 * 3_600, "300"],
    [10 * 24 * 3_600, "3600"],
  ])("%s seconds are answered every %s", (seconds, step) => {
    expect(String(Number(defaultStep(NOON, NOON + BigInt(seconds) * SECOND)) / 1e9)).toBe(step);
  });

  test("a backward window and too many steps are refused", () => {
    expect(() => planTraceql("{}", { startNs: NOON, endNs: NOON })).toThrow(
      "ends before it starts",
    );
    expect(() => planTraceql("{} | rate()", { ...window, stepNs: 1n })).toThrow(
      "more than 10000 steps",
    );
    expect(() => planTraceql("{} | rate()", { ...window, stepNs: 0n })).toThrow(
      "longer than nothing",
    );
  });
});

/** A condition, as the expression it stands for. */
function expressionOf({ field, operands, operator }: Condition): FieldExpression {
  const nil: FieldExpression = { kind: "literal", type: "nil" };
  switch (operator) {
    case "exists":
      return { kind: "comparison", operator: "!=", left: field, right: nil };
    case "absent":
      return { kind: "comparison", operator: "=", left: field, right: nil };
    case "in":
      return {
        kind: "or",
        operands: operands.map((right) => ({
          kind: "comparison",
          operator: "=",
          left: field,
          right,
        })),
      };
    default:
      return { kind: "comparison", operator, left: field, right: operands[0] ?? nil };
  }
}

const spans = fc
  .record({
    name: fc.constantFrom("a", "b", "chat"),
    kind: fc.constantFrom("server" as const, "client" as const),
    status: fc.constantFrom("ok" as const, "error" as const),
    seconds: fc.constantFrom(0, 1),
    attributes: fc.dictionary(
      fc.constantFrom("session.id", "gen_ai.usage.input_tokens", "a-b*2", "5x"),
      fc.oneof(fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.constantFrom("a", "b")),
    ),
  })
  .map(span);

test("the conditions and the rest of a filter together keep just the spans that the filter keeps", () => {
  fc.assert(
    fc.property(filters, spans, (filter, span) => {
      const query = {
        kind: "traceql" as const,
        body: { kind: "search" as const, stages: [filter] },
        hints: [],
      };
      const [fetch] = planTraceql(query, window).fetch;
      const parts: FieldExpression[] = (fetch?.clauses ?? []).map((clause) => ({
        kind: "or",
        operands: clause.map(expressionOf),
      }));
      if (fetch?.rest) parts.push(fetch.rest);
      const rebuilt: Filter = { kind: "filter", condition: { kind: "and", operands: parts } };
      expect(spanTest(rebuilt)(span)).toBe(spanTest(filter)(span));
    }),
    { numRuns: 1000 },
  );
});

function filterOf(query: string): Filter {
  const { body } = parseTraceql(query);
  const [filter] = body.kind === "search" ? body.stages : [];
  if (filter?.kind !== "filter") throw new Error("no filter");
  return filter;
}
