import type { SpanRecord } from "@throughline/core/record";
import {
  createTraceqlMetrics,
  createTraceqlSearch,
  fetchTest,
  planTraceql,
  type TraceqlMetricsPlan,
  type TraceqlSearchPlan,
} from "@throughline/query/traceql";
import type { Delivery } from "@throughline/store";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { settled } from "../embedded/support/store.ts";
import { openHome } from "../read/support/home.ts";
import {
  keptSpans,
  logsOf,
  someLog,
  someSpan,
  someWindow,
  traceIdOf,
  tracesOf,
  windowOf,
} from "./support/traffic.ts";

const searches = (round: number): readonly string[] => [
  "{ }",
  '{ span.session.id = "s1" }',
  '{ .session.id = "s1" || .session.id = "s2" }',
  '{ resource.session.id = "s1" }',
  '{ span.session.id = "AB12CD34-1234-4ABC-8DEF-1234567890AB" && status = error }',
  '{ span.session.id =~ "s1|büro" }',
  '{ span.session.id = "nobody" }',
  "{ span.session.id = 42 }",
  "{ status = error }",
  "{ status != error }",
  "{ status = unset && kind = unspecified }",
  "{ kind = server || kind = client }",
  '{ name = "chat" }',
  '{ name =~ "execute_tool.*" && resource.service.name = "shop" }',
  `{ name = "${"a name that is too long to be kept as a word ".repeat(4)}" }`,
  '{ name = "never" }',
  '{ .service.name = "web" }',
  '{ resource.service.name != "web" }',
  "{ resource.service.name = nil }",
  '{ span.k = "a" }',
  "{ span.k = 42 }",
  "{ span.k > 1 }",
  '{ span.k != "a" }',
  "{ span.k != nil && span.other.key = nil }",
  "{ span.k }",
  '{ span.k =~ "a|b" || span.other.key = true }',
  '{ span.gen_ai.tool.name = "refund" }',
  '{ event.exception.type = "Boom" }',
  '{ event:name = "exception" && duration > 1us }',
  "{ duration > 1us }",
  "{ duration >= 1000ns && duration < 5ms }",
  "{ duration = 0ns }",
  `{ trace:id = "${traceIdOf(round, 3)}" }`,
  `{ trace:id = "${traceIdOf(round, 2).replace(/^0+/, "")}" && status = error }`,
  '{ span:id = "0000000000000004" || span:id = "5" }',
  '{ span:parentID = "0000000000000001" }',
  "{ nestedSetParent < 0 }",
  "{ !(status = error) && kind = server }",
  '{ rootName = "chat" }',
  "{ trace:duration > 1s }",
  "{ status = error } && { kind = client }",
  '{ status = error } || { span.k = "a" }',
  "{ } >> { status = error }",
  '{ name = "chat" } > { }',
  "{ status = error } !>> { kind = server }",
  "{ kind = server } ~ { }",
  "{ status = error } | count() > 1",
  "{ } | by(resource.service.name) | count() > 2",
  '{ span.k != nil } | select(span.k, status) | { span.k = "a" }',
  "{ } | avg(duration) > 1ms",
];

const metrics = [
  "{ } | rate()",
  "{ } | count_over_time() by (resource.service.name)",
  "{ } | count_over_time() by (span.k) | topk(2)",
  '{ span.session.id = "s2" } | count_over_time() by (name)',
  "{ status = error } | count_over_time() by (span.k)",
  "{ span.k != nil } | sum_over_time(span.k) by (.service.name)",
  "{ } | quantile_over_time(duration, 0.5, 0.95) by (span.gen_ai.tool.name)",
  "{ duration > 1us } | max_over_time(duration)",
  "{ } | histogram_over_time(duration)",
  "{ } >> { kind = server } | count_over_time()",
  "{ rootServiceName = `shop` } | count_over_time() by (rootName)",
  "({ status = error } | count_over_time()) / ({ } | count_over_time())",
] as const;

const traffic = fc.record({
  requests: fc.array(fc.array(someSpan, { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 5,
  }),
  logs: fc.array(someLog, { maxLength: 3 }),
  window: someWindow,
  limit: fc.constantFrom(1, 2, 50),
});

test("whatever is sent, the store finds and counts what looking at every span does", async () => {
  const home = await openHome();
  const delivered: Delivery[] = [];
  const rounds = fc.sample(traffic, { numRuns: 8, seed: 20_261_121 });
  for (const [round, { limit, logs, requests, window: part }] of rounds.entries()) {
    const window = windowOf(round, part);
    const deliveries = requests.map((spans) => tracesOf(round, spans));
    if (logs.length > 0) deliveries.push(logsOf(round, logs));
    await home.deliver(deliveries);
    delivered.push(...deliveries);
    // Sessions that share traces are counted anew a moment later: both before and after everything must be found.
    if (round % 2 === 1) await settled(home.directory);
    const spans = keptSpans(delivered);
    for (const query of searches(round)) {
      const plan = planTraceql(query, { ...window, limit });
      if (plan.kind !== "search") throw new Error(query);
      const { partial, traces } = await home.telemetry.searchTraces(plan);
      expect(partial).toBeUndefined();
      expect(traces, query).toEqual(searched(plan, spans));
    }
    for (const query of metrics) {
      const plan = planTraceql(query, { ...window, stepNs: 7_000_000_000n });
      if (plan.kind !== "metrics") throw new Error(query);
      const result = await home.telemetry.traceMetrics(plan);
      expect(inOrder(result.series), query).toEqual(inOrder(measured(plan, spans)));
    }
  }
}, 60_000);

/** Every trace is evaluated, and then the newest by what may match are taken. */
function searched(plan: TraceqlSearchPlan, spans: readonly SpanRecord[]): unknown {
  const evaluate = createTraceqlSearch(plan);
  const mayMatch = fetchTest(plan.fetch);
  const found = [...Map.groupBy(spans, ({ traceId }) => traceId).values()].flatMap((whole) => {
    const match = evaluate(plan.unit === "trace" ? whole : whole.filter(inWindow(plan)), whole);
    const times = whole
      .filter(inWindow(plan))
      .filter(mayMatch)
      .map(({ startNs }) => startNs);
    return match === undefined ? [] : [{ match, newest: times.reduce(later, 0n) }];
  });
  const newest = found.toSorted(
    (one, other) =>
      descending(one.newest, other.newest) || (one.match.traceId < other.match.traceId ? -1 : 1),
  );
  return newest
    .slice(0, plan.limit)
    .map(({ match: { root, sets, ...about } }) => ({
      ...about,
      root: root && { name: root.name, service: root.resource.attributes["service.name"] },
      sets: sets.map((set) => ({
        ...set,
        spans: set.spans.map(({ attributes, span }) => ({
          spanId: span.spanId,
          name: span.name,
          startNs: span.startNs,
          durationNs: Number(span.endNs - span.startNs),
          attributes,
        })),
      })),
    }))
    .toSorted((one, other) => descending(one.startNs, other.startNs));
}

function measured(plan: TraceqlMetricsPlan, spans: readonly SpanRecord[]) {
  const metrics = createTraceqlMetrics(plan);
  for (const whole of Map.groupBy(spans, ({ traceId }) => traceId).values())
    metrics.add(plan.unit === "trace" ? whole : whole.filter(inWindow(plan)));
  return metrics.result().series;
}

/** Sums of fractions depend on the order of what is added up, in their last digits. */
function inOrder(series: ReturnType<typeof measured>): unknown {
  return series
    .map(({ labels, values }) => ({
      labels: labels.map(({ key, value }) => `${key} ${typeof value} ${String(value)}`),
      values: Array.from(values, (value) => Number(value.toPrecision(12))),
    }))
    .toSorted((one, other) => (one.labels.join() < other.labels.join() ? -1 : 1));
}

function inWindow({ window }: { readonly window: TraceqlSearchPlan["window"] }) {
  return ({ startNs }: SpanRecord): boolean => startNs >= window.startNs && startNs < window.endNs;
}

function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function descending(one: bigint, other: bigint): number {
  return one > other ? -1 : one < other ? 1 : 0;
}
