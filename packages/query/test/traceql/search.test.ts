import { createTraceqlSearch, planTraceql, type FoundTrace } from "@throughline/query/traceql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { NOON, SECOND, span, type SpanSketch } from "./spans.ts";

function search(
  query: string,
  sketches: readonly SpanSketch[],
  spansPerSet = 100,
): FoundTrace | undefined {
  const plan = planTraceql(query, { startNs: NOON, endNs: NOON + 60n * SECOND, spansPerSet });
  if (plan.kind !== "search") throw new Error("not a search");
  return createTraceqlSearch(plan)(sketches.map(span));
}

function found(query: string, sketches: readonly SpanSketch[]): readonly string[] {
  const sets = search(query, sketches)?.sets ?? [];
  return sets.map(({ spans }) => spans.map(({ span }) => span.spanId.replace(/^0+/, "")).join(""));
}

/**
 * r ── a ── b ── c
 *  └── d ── e
 */
const family: readonly SpanSketch[] = [
  { id: "f", name: "r", at: 0, seconds: 10, service: "front" },
  { id: "a", parent: "f", name: "a", at: 1, attributes: { n: 1 } },
  { id: "b", parent: "a", name: "b", at: 2, attributes: { n: 2 }, status: "error" },
  { id: "c", parent: "b", name: "c", at: 3, attributes: { n: 3 }, status: "error", seconds: 3 },
  { id: "d", parent: "f", name: "d", at: 4, attributes: { n: 4 } },
  { id: "e", parent: "d", name: "e", at: 5, attributes: { n: 5 }, seconds: 2 },
];

describe("sets of spans in one trace", () => {
  test.each<[query: string, sets: readonly string[]]>([
    ["{ }", ["fabcde"]],
    ["{ status = error }", ["bc"]],
    ['{ name = "nobody" }', []],
    ['{ name = "a" } && { name = "e" }', ["ae"]],
    ['{ name = "a" } && { name = "nobody" }', []],
    ['{ name = "a" } || { name = "nobody" }', ["a"]],
    ['{ name = "r" } > { }', ["ad"]],
    ['{ name = "a" } >> { }', ["bc"]],
    ['{ name = "r" } >> { name = "e" }', ["e"]],
    ['{ name = "c" } < { }', ["b"]],
    ['{ name = "c" } << { }', ["fab"]],
    ['{ name = "a" } ~ { }', ["d"]],
    ["{ } ~ { }", ["ad"]],
    ['{ name = "r" } !> { }', ["fbce"]],
    ['{ name = "a" } !>> { }', ["fade"]],
    // The documented way to ask for leaves, and for the last of a row of errors.
    ["{ } !< { }", ["ce"]],
    ["{ status = error } !< { status = error }", ["c"]],
    ['{ name = "c" } !<< { }', ["cde"]],
    ['{ name = "a" } !~ { }', ["fabce"]],
    ['{ name = "a" } &> { }', ["ab"]],
    ['{ name = "a" } &>> { status = error }', ["abc"]],
    ['{ name = "a" } &>> { name = "e" }', []],
    ['{ name = "c" } &< { }', ["bc"]],
    ['{ name = "c" } &<< { }', ["fabc"]],
    ['{ name = "a" } &~ { name = "d" }', ["ad"]],
    ['{ name = "r" } > { } > { }', ["be"]],
    ['{ name = "r" } > ({ } > { })', ["ad"]],
    ["{ } | { status = error }", ["bc"]],
    ['{ } | { name = "r" } >> { status = error }', ["bc"]],
    ["{ status = error } | count() = 2", ["bc"]],
    ["{ status = error } | count() > 2", []],
    ["{ } | sum(span.n) = 15", ["fabcde"]],
    ["{ } | avg(span.n) = 3", ["fabcde"]],
    ["{ span.n > 1 } | min(span.n) + max(span.n) = 7", ["bcde"]],
    ["{ } | max(duration) = 10s", ["fabcde"]],
    ["{ } | sum(span.missing) > 0", []],
    ["{ } | by(status)", ["fade", "bc"]],
    ["{ } | by(status) | count() = 2", ["bc"]],
    ["{ } | by(span.n > 3) | count() > 2", ["fabc"]],
    ["{ } | by(status) | by(duration) | count() = 2", ["ad"]],
    ["{ } | by(status) | coalesce()", ["fabcde"]],
    ['({ } | by(status) | count() = 2) >> { name = "c" }', ["c"]],
    [
      "{ rootName = `r` && trace:rootService = `front` && traceDuration = 10s && status = error }",
      ["bc"],
    ],
    ["{ span:childCount = 2 }", ["f"]],
    ["{ span:childCount = 0 }", ["ce"]],
    ["{ nestedSetParent = -1 }", ["f"]],
    ["{ nestedSetLeft = 1 && nestedSetRight = 12 }", ["f"]],
    ["{ nestedSetLeft > 2 && nestedSetRight < 8 }", ["bc"]],
    ['{ } | select(name, span.n) | { name = "a" }', ["a"]],
  ])("%s", (query, sets) => {
    expect(found(query, family)).toEqual(sets);
  });

  test("what a search shows of a trace", () => {
    const result = search(
      "{ status = error && span.n > 1 } | by(status) | avg(duration) > 1s | select(resource.region)",
      [
        ...family,
        {
          id: "9",
          parent: "a",
          status: "error",
          attributes: { n: 9 },
          resource: { region: "eu" },
          at: 9,
          seconds: 2,
        },
      ],
      2,
    );
    expect(result).toMatchObject({
      traceId: "1".padStart(32, "0"),
      startNs: NOON,
      durationNs: 11e9,
      root: { name: "r" },
    });
    expect(result?.services).toEqual(
      new Map([
        ["front", { spans: 1, errors: 0 }],
        ["agent", { spans: 6, errors: 3 }],
      ]),
    );
    expect(result?.sets).toMatchObject([
      {
        matched: 3,
        attributes: [
          ["by(status)", "error"],
          ["avg(duration)", "2s"],
        ],
        spans: [
          {
            attributes: [
              ["status", "error"],
              ["n", 2],
            ],
          },
          {
            attributes: [
              ["status", "error"],
              ["n", 3],
            ],
          },
        ],
      },
    ]);
  });

  test.each<[query: string, told: Readonly<Record<string, unknown>>]>([
    ["{ span.a = 1 || span.b = 2 }", { a: 1, b: 2 }],
    ["{ span.a = 1 || span.c = 4 }", { a: 1 }],
    // Attributes of a scope share what they are compared with.
    ["{ span.a = 1 || span.b = 4 || span.c = 2 }", { a: 1, b: 2 }],
    ["{ span.a != nil && (span.b = 4 || true) }", { a: 1, b: 2 }],
    ["{ span.a = 1 || span.missing = nil }", { a: 1, missing: "nil" }],
    ["{ span.a = 1 || span.c = 4 } | select(span.c)", { a: 1, c: 3 }],
    ['{ span:parentID = "0000000000000000" }', { "span:parentID": "0000000000000000" }],
    ["{ span:childCount = 0 }", { "span:childCount": 0 }],
  ])("what %s tells of a span", (query, told) => {
    const result = search(query, [{ id: "1", at: 0, attributes: { a: 1, b: 2, c: 3 } }]);
    expect(Object.fromEntries(result?.sets[0]?.spans[0]?.attributes ?? [])).toEqual(told);
  });

  test("a trace whose root has not come, and parents that go in a circle", () => {
    const circle = [
      { id: "a", parent: "b", name: "a" },
      { id: "b", parent: "a", name: "b" },
      { id: "c", parent: "9", name: "c" },
    ];
    expect(search("{ }", circle)?.root).toBeUndefined();
    expect(found("{ rootName = nil }", circle)).toEqual(["abc"]);
    expect(found("{ nestedSetParent = 0 }", circle)).toEqual(["abc"]);
    expect(found("{ nestedSetParent < 0 }", circle)).toEqual([]);
    expect(found('{ name = "a" } >> { }', circle)).toEqual(["ab"]);
    expect(found('{ name = "c" } << { }', circle)).toEqual([]);
  });

  test("a chain of 20,000 spans is walked in time that grows with its length", () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => ({
      id: (i + 1).toString(16),
      parent: i === 0 ? "" : i.toString(16),
      name: i === 0 ? "first" : "next",
    }));
    expect(search('{ name = "first" } >> { name = "next" }', chain)?.sets[0]?.matched).toBe(19_999);
    expect(search('{ name = "next" } << { name = "first" }', chain)?.sets[0]?.matched).toBe(1);
    expect(search("{ nestedSetLeft > 19999 }", chain)?.sets[0]?.matched).toBe(1);
  });
});

/** Any parents at all: missing, circular, oneself. */
const tangles = fc
  .array(
    fc.record({ parent: fc.integer({ min: 0, max: 9 }), left: fc.boolean(), right: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((nodes) =>
    nodes.map(({ left, parent, right }, index) => ({
      id: String(index + 1),
      parent: parent === 0 ? "" : String(parent),
      at: index,
      attributes: { left, right },
    })),
  );

test.each([">", ">>", "<", "<<", "~"])("%s and its forms are what their definition says", (kin) => {
  const related = (a: SpanSketch, b: SpanSketch, all: readonly SpanSketch[]): boolean => {
    switch (kin) {
      case ">":
        return b.parent === a.id;
      case "<":
        return a.parent === b.id;
      case ">>":
        return isAbove(a, b, all);
      case "<<":
        return isAbove(b, a, all);
      default:
        return a !== b && a.parent !== "" && a.parent === b.parent;
    }
  };
  fc.assert(
    fc.property(tangles, (spans) => {
      const left = spans.filter(({ attributes }) => attributes.left);
      const right = spans.filter(({ attributes }) => attributes.right);
      const ids = (sketches: readonly SpanSketch[]) => {
        const text = sketches.map(({ id }) => id).join("");
        return text === "" ? [] : [text];
      };
      const kept = right.filter((b) => left.some((a) => related(a, b, spans)));
      const met = new Set(left.filter((a) => right.some((b) => related(a, b, spans))));
      expect(found(`{ span.left } ${kin} { span.right }`, spans)).toEqual(ids(kept));
      expect(found(`{ span.left } !${kin} { span.right }`, spans)).toEqual(
        ids(right.filter((b) => !kept.includes(b))),
      );
      expect(found(`{ span.left } &${kin} { span.right }`, spans)).toEqual(
        ids(spans.filter((span) => kept.includes(span) || met.has(span))),
      );
    }),
    { numRuns: 300 },
  );
});

function isAbove(a: SpanSketch, b: SpanSketch, all: readonly SpanSketch[]): boolean {
  const seen = new Set<SpanSketch>();
  for (let at = all.find(({ id }) => id === b.parent); at !== undefined && !seen.has(at);) {
    if (at === a) return true;
    seen.add(at);
    const { parent } = at;
    at = all.find(({ id }) => id === parent);
  }
  return false;
}
