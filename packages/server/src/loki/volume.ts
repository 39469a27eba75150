import { writeDuration } from "@throughline/query";
import { type Matcher, parseSelector, planLogql, printSelector } from "@throughline/query/logql";
import type { LogqlMetricsResult } from "@throughline/query/logql";
import type { Looked, TelemetryReader, TimeWindow } from "@throughline/store";

import type { Visit } from "../door/visit.ts";
import { answer } from "../protocol/answer.ts";
import { type Parameters, planned, unreadable } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import type { AskLoki } from "./loki-visit.ts";
import { matrixJson, numberText, secondsOf } from "./metric-json.ts";
import { resultJson } from "./result-json.ts";
import { hour, windowOf } from "./window.ts";

interface Asked {
  readonly matchers: readonly Matcher[];
  /** Series are told apart by these. */
  readonly labels: readonly string[];
  /** Each label's volume by itself, whatever its values. */
  readonly byName: boolean;
  readonly window: TimeWindow;
  readonly limit: number;
}

const json = "application/json; charset=utf-8";

/** Bytes of a window by labels, the largest first. */
export const volume: AskLoki = async (reader, { parameters, signal, visit }) => {
  const began = performance.now();
  const asked = askedOf(parameters);
  const { partial, streams } = await reader.logStreams(
    { window: asked.window, selectors: [asked.matchers] },
    { signal },
  );
  const known = new Set(streams.flatMap(({ labels }) => [...labels.keys()]));
  if (!asked.byName && !asked.labels.every((label) => known.has(label)))
    return answerScanned(reader, asked, visit, signal, began);
  const volumes = new Map<string, { metric: Record<string, string>; bytes: number }>();
  for (const { bytes, labels } of streams)
    for (const metric of metricsOf(asked, labels)) {
      const key = JSON.stringify(metric);
      const series = volumes.get(key) ?? { metric, bytes: 0 };
      series.bytes += bytes;
      volumes.set(key, series);
    }
  const largest = [...volumes.values()].toSorted((one, other) => other.bytes - one.bytes);
  const result = largest.slice(0, asked.limit).map(({ bytes, metric }) => ({
    metric,
    value: [secondsOf(asked.window.endNs), String(bytes)],
  }));
  const about = { records: 0, bytes: 0, began, ...(partial !== undefined && { partial }) };
  await answer(visit, json, await resultJson("vector", result, about));
};

/** The same over time. */
export const volumeRange: AskLoki = async (reader, { parameters, signal, visit }) => {
  const began = performance.now();
  const asked = askedOf(parameters);
  const { endNs, startNs } = asked.window;
  const even = (endNs - startNs) / 60n;
  const stepNs = parameters.duration("step") ?? (even > second ? even - (even % second) : second);
  const plan = planned(() =>
    planLogql(queryOf(asked, stepNs), { ...asked.window, stepNs, maxSeries: mostSeries }),
  );
  if (plan.kind !== "metrics") throw new Refusal("bad_query");
  const found = await reader.logMetrics(plan, { signal });
  const largest = found.series.toSorted((one, other) => sumOf(other.values) - sumOf(one.values));
  const result = matrixJson({ series: largest.slice(0, asked.limit) }, plan.steps);
  await answer(visit, json, await resultJson("matrix", result, { ...found, began }));
};

const second = 1_000_000_000n;
const mostSeries = 5_000;

async function answerScanned(
  reader: TelemetryReader,
  asked: Asked,
  visit: Visit,
  signal: AbortSignal,
  began: number,
): Promise<void> {
  const { endNs, startNs } = asked.window;
  const plan = planned(() =>
    planLogql(queryOf(asked, endNs - startNs), {
      startNs: endNs,
      endNs,
      instant: true,
      maxSeries: mostSeries,
    }),
  );
  if (plan.kind !== "metrics") throw new Refusal("bad_query");
  const found: LogqlMetricsResult & Looked = await reader.logMetrics(plan, { signal });
  const result = found.series
    .toSorted((one, other) => sumOf(other.values) - sumOf(one.values))
    .slice(0, asked.limit)
    .map(({ labels, values: [bytes = 0] }) => ({
      metric: Object.fromEntries(labels),
      value: [secondsOf(endNs), numberText(bytes)],
    }));
  await answer(visit, json, await resultJson("vector", result, { ...found, began }));
}

function askedOf(parameters: Parameters): Asked {
  const query = parameters.required("query");
  const matchers = planned(() => parseSelector(query));
  const targets = parameters.text("targetLabels")?.split(",") ?? [];
  for (const label of targets)
    if (!/^[A-Za-z_]\w*$/.test(label)) throw unreadable("targetLabels", label, "names of labels");
  const aggregate = parameters.text("aggregateBy") ?? "series";
  if (aggregate !== "series" && aggregate !== "labels")
    throw unreadable("aggregateBy", aggregate, "series or labels");
  return {
    matchers,
    labels: targets.length > 0 ? targets : [...new Set(matchers.map(({ label }) => label))],
    byName: aggregate === "labels",
    window: windowOf(parameters, hour),
    limit: parameters.whole("limit", 1, mostSeries) ?? 100,
  };
}

function queryOf({ labels, matchers }: Asked, rangeNs: bigint): string {
  const range = writeDuration(Number(rangeNs > 0n ? rangeNs : 1n));
  return `sum by (${labels.join(", ")}) (bytes_over_time(${printSelector(matchers)}[${range}]))`;
}

function metricsOf(
  { byName, labels: asked }: Asked,
  labels: ReadonlyMap<string, string>,
): Record<string, string>[] {
  if (byName) {
    const names = asked.length > 0 ? asked.filter((name) => labels.has(name)) : [...labels.keys()];
    return names.map((name) => ({ [name]: "" }));
  }
  const values = asked.flatMap((name) => {
    const value = labels.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return [Object.fromEntries(values)];
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
}
