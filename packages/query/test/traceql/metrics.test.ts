import {
  createTraceqlMetrics,
  planTraceql,
  type MetricSeries,
  type TraceqlMetricsPlan,
  type TraceqlPlanOptions,
} from "@throughline/query/traceql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { NOON, SECOND, span, type SpanSketch } from "./spans.ts";

function planOf(query: string, options: Partial<TraceqlPlanOptions> = {}): TraceqlMetricsPlan {
  const plan = planTraceql(query, {
    startNs: NOON,
    endNs: NOON + 30n * SECOND,
    stepNs: 10n * SECOND,
    ...options,
  });
  if (plan.kind !== "metrics") throw new Error("not a metric");
  return plan;
}

function measure(
  query: string,
  sketches: readonly SpanSketch[],
  options: Partial<TraceqlPlanOptions> = {},
) {
  const metrics = createTraceqlMetrics(planOf(query, options));
  metrics.add(sketches.map(span));
  return metrics.result();
}

/** Each series as `label=value …: v v v`, with - where it has none. */
function lines(series: readonly MetricSeries[]): readonly string[] {
  return series
    .map(({ labels, values }) => {
      const name = labels.map(({ key, value }) => `${key}=${String(value)}`).join(" ");
      return `${name}: ${Array.from(values, (value) => (Number.isNaN(value) ? "-" : Number(value.toPrecision(6)))).join(" ")}`;
    })
    .toSorted();
}

const calls: readonly SpanSketch[] = [
  { at: 0, seconds: 1, name: "chat", attributes: { tokens: 10, model: "m1" } },
  { at: 0.5, seconds: 2, name: "chat", attributes: { tokens: 20, model: "m2" }, status: "error" },
  { at: 10, seconds: 3, name: "tool", attributes: { model: "m1" } },
  { at: 10.5, seconds: 4, name: "chat", attributes: { tokens: 30, model: "m1" } },
  { at: 30, seconds: 5, name: "chat", attributes: { tokens: 2.5, model: "m1" }, status: "error" },
];

describe("spans are counted where they start, in buckets that end at their time", () => {
  test("start and end move to whole steps, and the first bucket lies before the start", () => {
    const { steps, window } = planOf("{} | rate()", {
      startNs: NOON + 3n * SECOND,
      endNs: NOON + 21n * SECOND,
    });
    expect(steps).toEqual({ firstNs: NOON, stepNs: 10n * SECOND, count: 4 });
    expect(window).toEqual({ startNs: NOON - 10n * SECOND + 1n, endNs: NOON + 30n * SECOND + 1n });
  });

  test.each<[query: string, series: readonly string[]]>([
    ["{ } | count_over_time()", ["__name__=count_over_time: 1 2 1 1"]],
    ["{ } | rate()", ["__name__=rate: 0.1 0.2 0.1 0.1"]],
    ["{ status = error } | count_over_time()", ["__name__=count_over_time: 0 1 0 1"]],
    ['{ name = "nobody" } | count_over_time()', []],
    ["{ } | count_over_time() by (name)", ["name=chat: 1 1 1 1", "name=tool: 0 1 0 0"]],
    [
      "{ } | count_over_time() by (name, status)",
      [
        "name=chat status=error: 0 1 0 1",
        "name=chat status=unset: 1 0 1 0",
        "name=tool status=unset: 0 1 0 0",
      ],
    ],
    ["{ } | sum_over_time(span.tokens)", ["__name__=sum_over_time: 10 20 30 2.5"]],
    [
      "{ } | sum_over_time(span.tokens) by (span.model)",
      ["span.model=m1: 10 - 30 2.5", "span.model=m2: - 20 - -"],
    ],
    ["{ } | avg_over_time(duration)", ["__name__=avg_over_time: 1 2.5 4 5"]],
    ["{ } | min_over_time(duration) by (name)", ["name=chat: 1 2 4 5", "name=tool: - 3 - -"]],
    ["{ } | max_over_time(span.tokens)", ["__name__=max_over_time: 10 20 30 2.5"]],
    // By powers of two of nanoseconds: a second is counted as 2^30.
    [
      "{ } | quantile_over_time(duration, 0, 1)",
      ["p=0: 1.07374 2.14748 4.29497 8.58993", "p=1: 1.07374 4.29497 4.29497 8.58993"],
    ],
    [
      "{ } | quantile_over_time(duration, .5) by (name)",
      ["name=chat p=0.5: 1.07374 2.14748 4.29497 8.58993", "name=tool p=0.5: 0 4.29497 0 0"],
    ],
    ["{ span.tokens > 5 } | quantile_over_time(span.tokens, 1)", ["p=1: 16 32 32 0"]],
    // Exact in a series that has a fraction.
    [
      "{ } | quantile_over_time(span.tokens, .5) by (span.model)",
      ["span.model=m1 p=0.5: 10 - 30 2.5", "span.model=m2 p=0.5: 0 32 0 0"],
    ],
    [
      "{ } | histogram_over_time(span.tokens)",
      ["__bucket=16: 1 0 0 0", "__bucket=32: 0 1 1 0", "__bucket=4: 0 0 0 1"],
    ],
    ["{ } | count_over_time() by (span.missing)", ["span.missing=undefined: 1 2 1 1"]],
    ["{ } | count_over_time() > 1", ["__name__=count_over_time: - 2 - -"]],
    ["{ } | max_over_time(duration) > 3500ms", ["__name__=max_over_time: - - 4 5"]],
    ["{ } | count_over_time() by (name) | topk(1)", ["name=chat: 1 1 1 1"]],
    [
      "{ } | count_over_time() by (name) | bottomk(1)",
      ["name=chat: - 1 - -", "name=tool: 0 - 0 0"],
    ],
    ["({ status = error } | count_over_time()) / ({ } | count_over_time())", [": 0 0.5 0 1"]],
    [
      "({ status = error } | count_over_time() by (name)) * ({ } | rate() by (name))",
      ["name=chat: 0 0.1 0 0.1"],
    ],
    ["(({ } | rate()) + ({ } | count_over_time())) > 2", [": - 2.2 - -"]],
    ["{ } | { status = error } | count_over_time()", ["__name__=count_over_time: 0 1 0 1"]],
    ["{ nestedSetParent < 0 } | count_over_time()", ["__name__=count_over_time: 1 2 1 1"]],
  ])("%s", (query, series) => {
    // A span at exactly noon belongs to the bucket that ends there; one at 30 s to the last.
    expect(lines(measure(query, calls).series)).toEqual(series);
  });

  test("an instant query is one bucket over the window", () => {
    expect(
      lines(
        measure("{ } | count_over_time() by (name)", calls, { instant: true, stepNs: 1n }).series,
      ),
    ).toEqual(["name=chat: 3", "name=tool: 1"]);
  });

  test("a metric over structure needs whole traces, and gets its fields from them", () => {
    const query = '{ name = "turn" } >> { status = error } | count_over_time() by (rootName)';
    expect(planOf(query).unit).toBe("trace");
    expect(
      lines(
        measure(query, [
          { id: "1", name: "turn" },
          { id: "2", parent: "1", status: "error", at: 1 },
        ]).series,
      ),
    ).toEqual(["rootName=turn: 0 1 0 0"]);
  });
});

test("compare counts the values of every attribute on both sides", () => {
  const { series } = measure("{ } | compare({ status = error }, 1)", calls, { instant: true });
  const said = lines(series);
  expect(said).toContain("__meta_type=selection name=chat: 2");
  expect(said).toContain("__meta_type=baseline name=tool: 1");
  expect(said).toContain("__meta_type=baseline_total name=undefined: 2");
  expect(said).toContain("__meta_error=__too_many_values__ name=undefined: 0");
  expect(said).toContain("__meta_type=baseline span.model=m1: 2");
  expect(said).toContain("__meta_type=selection_total span.model=undefined: 2");
});

test("exemplars show where a value comes from, one a step and as many as asked for", () => {
  const [series] = measure("{ } | rate() with (exemplars=2)", calls).series;
  expect(series?.exemplars.map(({ timeNs }) => Number(timeNs - NOON) / 1e9)).toEqual([0, 0.5]);
});

test("more series than allowed are left out, and it is said", () => {
  const many = Array.from({ length: 50 }, (_, i) => ({ name: `n${i}`, at: 1 }));
  const result = measure("{ } | rate() by (name)", many, { maxSeries: 10 });
  expect(result.series).toHaveLength(10);
  expect(result.partial).toMatch(/more series/);
});

test("the order in which spans come, and how they are cut up, changes nothing", () => {
  const sketches = fc.array(
    fc.record({
      at: fc.integer({ min: -10, max: 40 }),
      seconds: fc.integer({ min: 0, max: 100 }),
      name: fc.constantFrom("chat", "tool"),
      status: fc.constantFrom("ok" as const, "error" as const),
    }),
  );
  const query = fc.constantFrom(
    "{ status = error } | count_over_time() by (name)",
    "{ } | quantile_over_time(duration, .5, .9) by (name)",
    "{ } | avg_over_time(duration)",
    "({ status = error } | rate()) / ({ } | rate())",
  );
  fc.assert(
    fc.property(query, sketches, fc.integer({ min: 1, max: 5 }), (query, spans, size) => {
      const whole = lines(measure(query, spans).series);
      const parts = createTraceqlMetrics(planOf(query));
      const turned = spans.toReversed().map(span);
      for (let i = 0; i < turned.length; i += size) parts.add(turned.slice(i, i + size));
      expect(lines(parts.result().series)).toEqual(whole);
    }),
  );
});
