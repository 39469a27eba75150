import {
  type MetricSeries,
  planTraceql,
  type SeriesLabel,
  type TraceqlMetricsPlan,
  type TraceqlMetricsResult,
} from "@throughline/query/traceql";
import type { Looked, TimeWindow } from "@throughline/store";

import { answer, answerJson } from "../protocol/answer.ts";
import { jsonList } from "../protocol/json-list.ts";
import { nowNs, Parameters, planned } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import { anyValueJson, doubleJson, numberJson } from "./any-value.ts";
import type { Ask } from "../protocol/ask.ts";

const hour = 3_600_000_000_000n;
const mostExemplars = 100;
const mostSeries = 1_000;

export const metricsRange: Ask = async (reader, visit, signal) => {
  const plan = planOf(new Parameters(visit.query), false);
  const result = await reader.traceMetrics(plan, { signal });
  const series = await jsonList(result.series, (each) => JSON.stringify(rangeJson(each, plan)));
  const about = JSON.stringify(aboutAll(result));
  const body = `{"series":${series},${about.slice(1)}`;
  await answer(visit, "application/json; charset=utf-8", body);
};

export const metricsInstant: Ask = async (reader, visit, signal) => {
  const plan = planOf(new Parameters(visit.query), true);
  const result = await reader.traceMetrics(plan, { signal });
  await answerJson(visit, {
    series: result.series.flatMap(({ labels, values }) => {
      const [value = Number.NaN] = values;
      if (Number.isNaN(value)) return [];
      return [{ labels: labels.map(labelJson), ...(value !== 0 && { value: numberJson(value) }) }];
    }),
    ...aboutAll(result),
  });
};

function planOf(parameters: Parameters, instant: boolean): TraceqlMetricsPlan {
  const query = parameters.text("q", "query");
  if (query === undefined) throw new Refusal("bad_parameter", `"q" is missing.`);
  const stepNs = parameters.duration("step");
  const exemplars = parameters.whole("exemplars", 0, 1_000_000) ?? 0;
  const maxSeries = parameters.whole("maxSeries", 0, 1_000_000) ?? 0;
  const window = windowOf(parameters);
  const plan = planned(() =>
    planTraceql(query, {
      ...window,
      instant,
      ...(stepNs !== undefined && stepNs > 0n && { stepNs }),
      exemplars: Math.min(exemplars, mostExemplars),
      maxSeries: maxSeries === 0 ? mostSeries : Math.min(maxSeries, mostSeries),
    }),
  );
  if (plan.kind === "metrics") return plan;
  throw new Refusal("bad_query", "It finds traces, and asks for no metric such as `| rate()`.");
}

function windowOf(parameters: Parameters): TimeWindow {
  const now = nowNs();
  const endNs = parameters.time("end") ?? now;
  const startNs = parameters.time("start") ?? endNs - (parameters.duration("since") ?? hour);
  if (endNs <= startNs) throw new Refusal("bad_parameter", `"end" must be later than "start".`);
  return { startNs: startNs < 0n ? 0n : startNs, endNs };
}

function aboutAll({ bytes, partial, records }: TraceqlMetricsResult & Looked): object {
  return {
    metrics: {
      ...(bytes > 0 && { inspectedBytes: String(bytes) }),
      ...(records > 0 && { inspectedSpans: String(records) }),
      ...(partial === undefined && { completedJobs: 1 }),
      totalJobs: 1,
    },
    ...(partial !== undefined && { status: "PARTIAL", message: partial }),
  };
}

function rangeJson({ exemplars, labels, values }: MetricSeries, plan: TraceqlMetricsPlan): object {
  const { firstNs, stepNs } = plan.steps;
  const samples: object[] = [];
  for (const [step, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const timestampMs = milliseconds(firstNs + BigInt(step) * stepNs);
    samples.push({ timestampMs, ...(value !== 0 && { value: numberJson(value) }) });
  }
  return {
    labels: labels.map(labelJson),
    samples,
    ...(exemplars.length > 0 && {
      exemplars: exemplars.map(({ spanId, timeNs, traceId, value }) => ({
        labels: [
          { key: "trace:id", value: { stringValue: traceId } },
          { key: "span:id", value: { stringValue: spanId } },
        ],
        ...(value !== 0 && { value: numberJson(value) }),
        timestampMs: milliseconds(timeNs),
      })),
    }),
  };
}

/** Labels that the functions add are always fractions, whatever their value. */
function labelJson({ key, value }: SeriesLabel): object {
  const isDouble = typeof value === "number" && (key === "p" || key === "__bucket");
  return { key, value: isDouble ? doubleJson(value) : anyValueJson(value) };
}

function milliseconds(ns: bigint): string {
  return String(ns / 1_000_000n);
}
