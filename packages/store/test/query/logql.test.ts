import {
  createEntryReader,
  createLogqlFilter,
  createLogqlMetrics,
  type LogEntry,
  type LogqlLogsPlan,
  type LogqlMetricsPlan,
  planLogql,
} from "@throughline/query/logql";
import type { Delivery } from "@throughline/store";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { settled } from "../embedded/support/store.ts";
import { openHome } from "../read/support/home.ts";
import {
  keptLogs,
  logsOf,
  someLog,
  someSpan,
  someWindow,
  traceIdOf,
  tracesOf,
  windowOf,
} from "./support/traffic.ts";

const lines = (round: number): readonly string[] => [
  '{service_name=~".+"}',
  '{service_name="shop"}',
  '{service_name!="shop", service_name=~".+"}',
  '{service_name="nobody"}',
  '{service_name=~".+"} | session_id="s1"',
  '{service_name=~".+"} | session_id="s1" or session_id="s2"',
  '{service_name=~".+"} | session_id=~"s1|büro" | severity_number="17"',
  '{service_name=~".+"} | session_id="AB12CD34-1234-4ABC-8DEF-1234567890AB"',
  '{service_name=~".+"} | session_id="nobody"',
  '{service_name=~".+"} | session_id=""',
  '{service_name=~".+"} | session_id!="s1"',
  `{service_name=~".+"} | trace_id="${traceIdOf(round, 2)}"`,
  '{service_name=~".+"} | trace_id="refund"',
  '{service_name=~".+"} | trace_id!=""',
  '{service_name=~".+"} |= "refund"',
  '{service_name=~".+"} |= "refund" or "two words"',
  '{service_name=~".+"} != "refund" |~ "(?i)LEVEL"',
  '{service_name=~".+"} |> "<_>refund<_>"',
  '{service_name=~".+"} | json | k="b"',
  '{service_name=~".+"} | json deep="deep.x" | deep="y"',
  '{service_name=~".+"} | logfmt | n > 3 | dur < 1s',
  '{service_name=~".+"} | detected_level="error"',
  '{service_name=~".+"} | k="42"',
  '{service_name=~".+"} | gen_ai_tool_name="refund"',
  '{service_name=~".+"} | line_format "{{.service_name}} {{.k}}" |= "shop"',
  '{service_name=~".+"} | drop session_id | session_id="s1"',
];

const metrics = [
  "vector(1) + vector(1)",
  'count_over_time({service_name=~".+"}[30s])',
  'sum by (service_name, detected_level) (count_over_time({service_name=~".+"}[20s]))',
  'sum by (session_id) (count_over_time({service_name=~".+"} | session_id="s1" [1m]))',
  'sum by (k) (rate({service_name="shop"} | json | __error__="" [30s] offset 5s))',
  'sum(bytes_over_time({service_name=~".+"} |= "refund" [30s]))',
  'avg_over_time({service_name=~".+"} | logfmt | unwrap duration(dur) | __error__="" [1m]) by (k)',
  'topk(1, sum by (service_name) (count_over_time({service_name=~".+"}[30s])))',
  'absent_over_time({service_name="nobody"}[10s])',
] as const;

const traffic = fc.record({
  requests: fc.array(fc.array(someLog, { minLength: 1, maxLength: 10 }), {
    minLength: 1,
    maxLength: 5,
  }),
  // In the blocks of some rounds spans are the larger part, in others the smaller.
  spans: fc.array(someSpan, { minLength: 1, maxLength: 60 }),
  window: someWindow,
  limit: fc.constantFrom(1, 3, 1_000),
  direction: fc.constantFrom("forward" as const, "backward" as const),
});

test("whatever is sent, the store gives and counts what looking at every log record does", async () => {
  const home = await openHome();
  const delivered: Delivery[] = [];
  const rounds = fc.sample(traffic, { numRuns: 8, seed: 20_261_121 });
  for (const [round, { direction, limit, requests, spans, window: part }] of rounds.entries()) {
    const window = windowOf(round, part);
    const deliveries = requests.map((logs) => logsOf(round, logs));
    deliveries.push(tracesOf(round, spans));
    await home.deliver(deliveries);
    delivered.push(...deliveries);
    // Sessions that share traces are counted anew a moment later: both before and after everything must be found.
    if (round % 2 === 1) await settled(home.directory);
    const entries = keptLogs(delivered).map(createEntryReader());
    for (const query of lines(round)) {
      const plan = planLogql(query, { ...window, limit, direction });
      if (plan.kind !== "logs") throw new Error(query);
      const found = await home.telemetry.searchLogs(plan);
      expect(found.partial).toBeUndefined();
      expectFound(plan, found.lines, entries);
    }
    for (const query of metrics) {
      const plan = planLogql(query, { ...window, stepNs: 10_000_000_000n });
      if (plan.kind !== "metrics") throw new Error(query);
      const { scalar, series } = await home.telemetry.logMetrics(plan);
      const wanted = measured(plan, entries);
      expect(scalar, query).toBe(wanted.scalar);
      expect(inOrder(series), query).toEqual(inOrder(wanted.series));
    }
  }
}, 60_000);

/** Lines of one time may come in any order, and which of them a limit cuts off is open. */
function expectFound(
  plan: LogqlLogsPlan,
  found: readonly ReturnType<typeof filtered>[number][],
  entries: readonly LogEntry[],
): void {
  const all = filtered(plan, entries);
  const { query } = plan;
  const about = JSON.stringify(query);
  const times = all.map(({ timeNs }) => timeNs).slice(0, plan.limit);
  expect(
    found.map(({ timeNs }) => timeNs),
    about,
  ).toEqual(times);
  const last = times.at(-1);
  const sure = all.filter(({ timeNs }) => times.includes(timeNs) && timeNs !== last).map(textOf);
  expect(
    found
      .filter(({ timeNs }) => timeNs !== last)
      .map(textOf)
      .toSorted(),
    about,
  ).toEqual(sure.toSorted());
  const atLast = all.filter(({ timeNs }) => timeNs === last).map(textOf);
  for (const line of found.filter(({ timeNs }) => timeNs === last))
    expect(atLast, about).toContain(textOf(line));
}

function filtered(plan: LogqlLogsPlan, entries: readonly LogEntry[]) {
  const filter = createLogqlFilter(plan);
  const sign = plan.direction === "forward" ? 1 : -1;
  return entries
    .flatMap((entry) => filter(entry) ?? [])
    .toSorted((one, other) =>
      one.timeNs < other.timeNs ? -sign : one.timeNs > other.timeNs ? sign : 0,
    );
}

function textOf({
  line,
  metadata,
  parsed,
  stream,
  timeNs,
}: ReturnType<typeof filtered>[number]): string {
  const labels = [stream, metadata, parsed].map((each) =>
    [...each].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return JSON.stringify([String(timeNs), line, labels]);
}

function measured(plan: LogqlMetricsPlan, entries: readonly LogEntry[]) {
  const metrics = createLogqlMetrics(plan);
  for (const entry of entries) metrics.add(entry);
  return metrics.result();
}

/** Sums of fractions depend on the order of what is added up, in their last digits. */
function inOrder(series: ReturnType<typeof measured>["series"]): unknown {
  return series
    .map(({ labels, present, values }) => ({
      labels: JSON.stringify(labels),
      values: Array.from(values, (value, step) =>
        present[step] === 1 ? Number(value.toPrecision(12)) : null,
      ),
    }))
    .toSorted((one, other) => (one.labels < other.labels ? -1 : 1));
}
