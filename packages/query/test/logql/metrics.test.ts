import { InvalidQueryError } from "@throughline/query";
import {
  createLogqlMetrics,
  planLogql,
  type LogqlMetricsPlan,
  type LogqlMetricsResult,
  type LogqlPlanOptions,
} from "@throughline/query/logql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { entry, type LogSketch, NOON, SECOND } from "./records.ts";

function planOf(query: string, options: Partial<LogqlPlanOptions> = {}): LogqlMetricsPlan {
  const plan = planLogql(query, {
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
  sketches: readonly LogSketch[],
  options: Partial<LogqlPlanOptions> = {},
): LogqlMetricsResult {
  const metrics = createLogqlMetrics(planOf(query, options));
  for (const sketch of sketches) metrics.add(entry(sketch));
  return metrics.result();
}

/** Each series as `label=value …: v v v`, with - where it has none. */
function lines({ scalar, series }: LogqlMetricsResult, sorted = true): readonly string[] {
  if (scalar !== undefined) return [String(scalar)];
  const said = series.map(({ labels, present, values }) => {
    const name = labels.map(([key, value]) => `${key}=${value}`).join(" ");
    const shown = Array.from(values, (value, step) =>
      present[step] === 1 ? Number(value.toPrecision(6)) : "-",
    );
    return `${name}: ${shown.join(" ")}`;
  });
  return sorted ? said.toSorted() : said;
}

const calls: readonly LogSketch[] = [
  { at: 0, body: "a", attributes: { tool: "x", n: 1 } },
  { at: 1, body: "bé", attributes: { tool: "y", n: 2 } },
  { at: 10, body: "ccc", attributes: { tool: "x", n: 3 } },
  { at: 10.5, body: "d𝒳", attributes: { tool: "x", n: 4 } },
  { at: 25, body: "error", attributes: { tool: "y", n: 10 } },
];
const a = '{service_name="agent"}';
const n = `${a} | keep tool, n | unwrap n`;

describe("functions over time, in ranges that are open at their start and closed at their end", () => {
  test.each<[query: string, series: readonly string[]]>([
    [`sum(count_over_time(${a}[10s]))`, [": 1 2 1 1"]],
    [`sum(count_over_time(${a}[20s]))`, [": 1 3 3 2"]],
    [`sum(count_over_time(${a}[15s]))`, [": 1 3 2 1"]],
    [`sum(count_over_time(${a}[7s]))`, [": 1 1 - 1"]],
    [`sum(count_over_time(${a}[1h]))`, [": 1 3 4 5"]],
    [`sum(count_over_time(${a}[10s] offset 10s))`, [": - 1 2 1"]],
    [`sum(count_over_time(${a}[10s] offset -10s))`, [": 2 1 1 -"]],
    [`sum by (tool) (count_over_time(${a}[20s]))`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [`count_over_time(${a} | keep tool [20s])`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [
      `sum without (n, detected_level) (count_over_time(${a}[20s]))`,
      ["service_name=agent tool=x: 1 2 2 1", "service_name=agent tool=y: - 1 1 1"],
    ],
    [`sum(rate(${a}[20s]))`, [": 0.05 0.15 0.15 0.1"]],
    [`sum(bytes_over_time(${a}[10s]))`, [": 1 6 5 5"]],
    [`sum(bytes_rate(${a}[10s]))`, [": 0.1 0.6 0.5 0.5"]],
    [`sum(count_over_time(${a} |= "error" [10s]))`, [": - - - 1"]],
    [`absent_over_time(${a} |= "error" [10s])`, ["service_name=agent: 1 1 1 -"]],
    [`absent_over_time(${a}[10s])`, []],
    [`sum(sum_over_time(${n} [20s]))`, [": 1 6 9 14"]],
    [`sum_over_time(${n} [20s])`, ["tool=x: 1 4 7 4", "tool=y: - 2 2 10"]],
    [`rate(${n} [20s])`, ["tool=x: 0.05 0.2 0.35 0.2", "tool=y: - 0.1 0.1 0.5"]],
    [`avg_over_time(${n} [20s]) by ()`, [": 1 2 3 7"]],
    [`min_over_time(${n} [20s]) by (tool)`, ["tool=x: 1 1 3 4", "tool=y: - 2 2 10"]],
    [`max_over_time(${n} [20s]) without (tool)`, [": 1 3 4 10"]],
    [`first_over_time(${n} [20s]) by ()`, [": 1 1 2 4"]],
    [`last_over_time(${n} [20s]) by ()`, [": 1 3 4 10"]],
    [`stdvar_over_time(${n} [20s]) by ()`, [": 0 0.666667 0.666667 9"]],
    [`stddev_over_time(${n} [20s]) by ()`, [": 0 0.816497 0.816497 3"]],
    [`quantile_over_time(0.5, ${n} [20s]) by ()`, [": 1 2 3 7"]],
    [`quantile_over_time(1, ${n} [20s])`, ["tool=x: 1 3 4 4", "tool=y: - 2 2 10"]],
    // Some lines have no such label: no samples of theirs.
    [`sum(sum_over_time(${a} | unwrap missing [20s]))`, []],
  ])("%s", (query, series) => {
    expect(lines(measure(query, calls))).toEqual(series);
  });

  test("an instant query has one step, at the end", () => {
    expect(
      lines(measure(`sum by (tool) (count_over_time(${a}[20s]))`, calls, { instant: true })),
    ).toEqual(["tool=x: 1", "tool=y: 1"]);
    expect(lines(measure(`sum(count_over_time(${a}[40s]))`, calls, { instant: true }))).toEqual([
      ": 5",
    ]);
    expect(planOf(`count_over_time(${a}[20s])`, { instant: true }).steps.count).toBe(1);
  });
});

const x = `sum by (tool) (count_over_time(${a}[20s]))`;
const total = `sum(count_over_time(${a}[20s]))`;

describe("over series", () => {
  test.each<[query: string, series: readonly string[]]>([
    [`avg(${x})`, [": 1 1.5 1.5 1"]],
    [`min(${x})`, [": 1 1 1 1"]],
    [`max(${x})`, [": 1 2 2 1"]],
    [`count(${x})`, [": 1 2 2 2"]],
    [`stddev(${x})`, [": 0 0.5 0.5 0"]],
    [`stdvar(${x})`, [": 0 0.25 0.25 0"]],
    [`sum by (tool, nothing) (${x})`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [`topk(1, ${x})`, ["tool=x: 1 2 2 1"]],
    [`bottomk(1, ${x})`, ["tool=x: 1 - - 1", "tool=y: - 1 1 -"]],
    [`approx_topk(5, ${x})`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [`topk by (tool) (1, ${x})`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [`${x} * 2`, ["tool=x: 2 4 4 2", "tool=y: - 2 2 2"]],
    [`10 - ${x}`, ["tool=x: 9 8 8 9", "tool=y: - 9 9 9"]],
    [`${x} > 1`, ["tool=x: - 2 2 -"]],
    [`1 < ${x}`, ["tool=x: - 2 2 -"]],
    [`${x} > bool 1`, ["tool=x: 0 1 1 0", "tool=y: - 0 0 0"]],
    [
      `${x} / on () group_left ${total}`,
      ["tool=x: 1 0.666667 0.666667 0.5", "tool=y: - 0.333333 0.333333 0.5"],
    ],
    [`${total} / on () group_right ${x}`, ["tool=x: 1 1.5 1.5 2", "tool=y: - 3 3 2"]],
    [
      `${x} / ignoring (tool) group_left ${total}`,
      ["tool=x: 1 0.666667 0.666667 0.5", "tool=y: - 0.333333 0.333333 0.5"],
    ],
    [`${x} + ${x}`, ["tool=x: 2 4 4 2", "tool=y: - 2 2 2"]],
    [`${x} == on (tool) ${x}`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [`${x} and ${x} > 1`, ["tool=x: - 2 2 -"]],
    [`${x} unless ${x} > 1`, ["tool=x: 1 - - 1", "tool=y: - 1 1 1"]],
    [`(${x} > 1) or ${x}`, ["tool=x: 1 2 2 1", "tool=y: - 1 1 1"]],
    [`${total} or vector(0)`, [": 1 3 3 2"]],
    [`sum(count_over_time(${a} |= "nothing" [10s])) or vector(0)`, [": 0 0 0 0"]],
    [`vector(1) + vector(1)`, [": 2 2 2 2"]],
    [`vector(0) / vector(0)`, [": NaN NaN NaN NaN"]],
    [
      `label_replace(${x}, "kind", "$1-tool", "tool", "(x)")`,
      ["kind=x-tool tool=x: 1 2 2 1", "tool=y: - 1 1 1"],
    ],
    ["1 + 2 * 3 ^ 2 % 5 - -1", ["5"]],
    ["1 > bool 2", ["0"]],
    ["1 >= 1", ["1"]],
  ])("%s", (query, series) => {
    expect(lines(measure(query, calls))).toEqual(series);
  });

  test("sort orders an instant vector", () => {
    const by = `sum by (tool) (sum_over_time(${n} [1h]))`;
    expect(lines(measure(`sort(${by})`, calls, { instant: true }), false)).toEqual([
      "tool=x: 8",
      "tool=y: 12",
    ]);
    expect(lines(measure(`sort_desc(${by})`, calls, { instant: true }), false)).toEqual([
      "tool=y: 12",
      "tool=x: 8",
    ]);
  });

  test.each([
    [`${x} + on () ${x}`, "several series on one side"],
    [`${x} / on () ${total}`, "group_left"],
    [`label_replace(${x}, "tool", "same", "tool", ".*")`, "two series alike"],
  ])("%s can't be matched", (query, message) => {
    expect(() => measure(query, calls)).toThrow(InvalidQueryError);
    expect(() => measure(query, calls)).toThrow(message);
  });
});

describe("lines that fail in the pipeline", () => {
  const mixed = [
    { body: '{"v":"1","t":"x"}' },
    { body: "no json" },
    { body: '{"v":"word","t":"x"}' },
  ];
  test.each([
    [`count_over_time(${a} | json [10s])`, "JSONParserErr"],
    [`sum(sum_over_time(${a} | json | __error__="" | unwrap v [10s]))`, "SampleExtractionErr"],
    [`count_over_time(${a} | json | __error__="" or t="x" | v > 0 [10s])`, "LabelFilterErr"],
  ])("%s fails the query", (query, error) => {
    expect(() => measure(query, mixed)).toThrow(InvalidQueryError);
    expect(() => measure(query, mixed)).toThrow(error);
  });

  test.each([
    [`sum(count_over_time(${a} | json | __error__="" [10s]))`, [": 2 - - -"]],
    [`sum(count_over_time(${a} | json | __error__!="" [10s]))`, [": 1 - - -"]],
    [`sum(count_over_time(${a} | json | __error__=~".*" [10s]))`, [": 3 - - -"]],
    [`sum(count_over_time(${a} | json | drop __error__, __error_details__ [10s]))`, [": 3 - - -"]],
    [`sum(sum_over_time(${a} | json | unwrap v | __error__="" [10s]))`, [": 1 - - -"]],
    [
      `sum by (__error__) (count_over_time(${a} | json | __error__!="" [10s]))`,
      ["__error__=JSONParserErr: 1 - - -"],
    ],
  ])("%s says what to do with them", (query, series) => {
    expect(lines(measure(query, mixed))).toEqual(series);
  });
});

test("more series than allowed fail the query, and a sum over them does not hold them", () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({
    trace: i.toString(16).padStart(32, "1"),
  }));
  expect(() => measure(`count_over_time(${a}[10s])`, many)).toThrow("more than 500 series");
  expect(lines(measure(`sum(count_over_time(${a}[10s]))`, many))).toEqual([": 1000 - - -"]);
});

test("wide ranges over many steps cost a few merges a step", () => {
  const spread = Array.from({ length: 2_000 }, (_, i) => ({ at: i * 5, attributes: { n: i } }));
  const { series } = measure(`max_over_time(${n} [7d]) by ()`, spread, {
    endNs: NOON + 10_000n * SECOND,
    stepNs: SECOND,
  });
  expect(series[0]?.values.at(-1)).toBe(1999);
  expect(series[0]?.values[5_002]).toBe(1000);
});

test("every function is what it is by definition, whatever the order, the range and the step", () => {
  const sketches = fc.array(
    fc.record({
      at: fc.integer({ min: -40, max: 40 }),
      attributes: fc.record({
        tool: fc.constantFrom("x", "y"),
        n: fc.integer({ min: -9, max: 9 }),
      }),
    }),
  );
  const functions: Record<string, (values: readonly number[]) => number> = {
    "count_over_time(": (values) => values.length,
    "sum_over_time(": (values) => values.reduce((a, b) => a + b, 0),
    "avg_over_time(": (values) => values.reduce((a, b) => a + b, 0) / values.length,
    "min_over_time(": (values) => Math.min(...values),
    "max_over_time(": (values) => Math.max(...values),
    "stdvar_over_time(": (values) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    },
    "quantile_over_time(0.75, ": (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const rank = 0.75 * (sorted.length - 1);
      const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
      return low + (high - low) * (rank - Math.floor(rank));
    },
  };
  fc.assert(
    fc.property(
      sketches,
      fc.constantFrom(...Object.keys(functions)),
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: -5, max: 5 }),
      (logs, name, range, step, offset) => {
        const stages = name.startsWith("count") ? "| keep tool" : "| keep tool, n | unwrap n";
        const query = `${name}${a} ${stages} [${range}s] offset ${offset}s)`;
        const { series } = measure(query, logs, { stepNs: BigInt(step) * SECOND });
        for (let i = 0; i * step <= 30; i++)
          for (const tool of ["x", "y"]) {
            const end = i * step - offset;
            const values = logs
              .filter(
                ({ at, attributes }) => attributes.tool === tool && at > end - range && at <= end,
              )
              .map(({ attributes }) => attributes.n);
            const found = series.find(({ labels }) => labels.some(([, value]) => value === tool));
            expect(found?.present[i] === 1).toBe(values.length > 0);
            if (values.length > 0)
              expect(found?.values[i]).toBeCloseTo(functions[name]?.(values) ?? 0, 6);
          }
      },
    ),
    { numRuns: 300 },
  );
});
