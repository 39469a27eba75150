import { beforeAll, expect, test } from "vitest";

import { sendTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();
let now: number;

beforeAll(async () => {
  await sendTurn(shared(), "one");
  await sendTurn(shared(), "other", "web-agent");
  now = Math.ceil(Date.now() / 1_000) + 1;
});

interface Series {
  readonly labels: readonly { readonly key: string; readonly value: object }[];
  readonly samples?: readonly { readonly timestampMs: string; readonly value?: number }[];
  readonly value?: number;
}

async function ask(path: string, query: string, more = ""): Promise<readonly Series[]> {
  const url = `/tempo/api/metrics/${path}?q=${encodeURIComponent(query)}&start=${now - 300}&end=${now}${more}`;
  return ((await shared().json(url)) as { readonly series: readonly Series[] }).series;
}

test("a range has a sample a step, zeros left out, and adds up to all", async () => {
  const series = await ask(
    "query_range",
    "{ } | count_over_time() by (resource.service.name)",
    "&step=1m",
  );
  expect(series.map(({ labels }) => labels)).toEqual([
    [{ key: "resource.service.name", value: { stringValue: "shop-agent" } }],
    [{ key: "resource.service.name", value: { stringValue: "web-agent" } }],
  ]);
  for (const { samples = [] } of series) {
    expect(samples.length).toBeGreaterThanOrEqual(6);
    expect(samples.every(({ timestampMs }) => Number(timestampMs) % 60_000 === 0)).toBe(true);
    expect(samples.reduce((sum, { value = 0 }) => sum + value, 0)).toBe(4);
    expect(samples.some((sample) => !("value" in sample))).toBe(true);
  }
});

test("an instant query has one value a series", async () => {
  expect(await ask("query", "{ status = error } | count_over_time()")).toEqual([
    { labels: [{ key: "__name__", value: { stringValue: "count_over_time" } }], value: 2 },
  ]);
  const quantiles = await ask(
    "query",
    '{ span.gen_ai.tool.name = "search" } | quantile_over_time(duration, 0.95) by (span.gen_ai.tool.name)',
  );
  expect(quantiles).toEqual([
    {
      labels: [
        { key: "span.gen_ai.tool.name", value: { stringValue: "search" } },
        { key: "p", value: { doubleValue: 0.95 } },
      ],
      value: expect.any(Number),
    },
  ]);
});

test("exemplars name the spans that stand for a value", async () => {
  const url = `/tempo/api/metrics/query_range?q=${encodeURIComponent("{ status = error } | rate()")}&since=5m&exemplars=5`;
  const exemplar = {
    labels: [
      { key: "trace:id", value: { stringValue: expect.stringMatching(/^[0-9a-f]{32}$/) } },
      { key: "span:id", value: { stringValue: expect.stringMatching(/^[0-9a-f]{16}$/) } },
    ],
    timestampMs: expect.stringMatching(/^\d{13}$/),
    value: 1,
  };
  const { metrics, series } = (await shared().json(url)) as {
    readonly metrics: object;
    readonly series: readonly { readonly exemplars?: readonly object[] }[];
  };
  expect(metrics).toMatchObject({ completedJobs: 1, totalJobs: 1 });
  // One a step: the two failures are in one, unless a step begins between them.
  const [{ exemplars = [] } = {}, ...others] = series;
  expect(others).toEqual([]);
  expect([[exemplar], [exemplar, exemplar]]).toContainEqual(exemplars);
});

test.each([
  ["{ status = error }", "", /no metric/],
  ["{ } | rate(", "", /column/],
  ["{ } | rate()", "&step=1ms", /steps/],
  ["{ } | rate()", "&step=nonsense", /"step"/],
  ["{ } | rate() by (parent.x)", "", /parent/],
])("%s %s is refused", async (query, more, said) => {
  const path = `/tempo/api/metrics/query_range?q=${encodeURIComponent(query)}&start=${now - 300}&end=${now}${more}`;
  const response = await shared().get(path);
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(said);
});
