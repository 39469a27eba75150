import { freeze } from "../../text/freeze.ts";
import { faultAt } from "../../text/places.ts";
import type { Steps } from "../../metrics/steps.ts";
import { parseLogql } from "../parse/query.ts";
import type { LogqlQuery, MetricExpression } from "../tree.ts";
import { fetchesOf, fetchOf } from "./fetch.ts";
import type { LogqlMetricsPlan, LogqlPlan } from "./plan.ts";

export interface LogqlPlanOptions {
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Lines of a log query; 100 unless said. */
  readonly limit?: number;
  readonly direction?: "backward" | "forward";
  /** Of metrics; a 250th of the window in whole seconds unless said. */
  readonly stepNs?: bigint;
  /** Metrics at `endNs` alone. */
  readonly instant?: boolean;
  readonly maxSeries?: number;
}

const LIMIT = 100;
const MAX_SERIES = 500;
const MAX_CELLS = 500_000;
/** Prometheus draws the line here too. */
export const MAX_STEPS = 11_000;
const SECOND = 1_000_000_000n;

/** What to fetch for a query and what to make of it, as frozen data that may cross to another thread. */
export function planLogql(query: string | LogqlQuery, options: LogqlPlanOptions): LogqlPlan {
  const tree = typeof query === "string" ? parseLogql(query) : query;
  if (tree.kind !== "log") return freeze(metricsPlan(tree, options));
  const { direction = "backward", endNs, limit = LIMIT, startNs } = options;
  if (endNs < startNs) throw faultAt(tree, "invalid", "the time range ends before it starts");
  const window = { startNs, endNs };
  const fetch = [fetchOf(tree, window)];
  return freeze({ language: "logql", kind: "logs", query: tree, window, fetch, limit, direction });
}

function metricsPlan(query: MetricExpression, options: LogqlPlanOptions): LogqlMetricsPlan {
  const steps = stepsOf(query, options);
  const lastNs = steps.firstNs + BigInt(steps.count - 1) * steps.stepNs;
  const fetch = fetchesOf(query, steps.firstNs, lastNs);
  const { maxSeries = MAX_SERIES } = options;
  return {
    language: "logql",
    kind: "metrics",
    query,
    // A query of numbers alone reads nothing.
    window: {
      startNs: earliest(fetch.map(({ window }) => window.startNs)) ?? lastNs,
      endNs: latest(fetch.map(({ window }) => window.endNs)) ?? lastNs,
    },
    fetch,
    steps,
    limits: { maxSeries, maxCells: MAX_CELLS },
  };
}

/** A second for windows of up to about four minutes. */
export function defaultStep(startNs: bigint, endNs: bigint): bigint {
  const seconds = (endNs - startNs) / SECOND / 250n;
  return (seconds < 1n ? 1n : seconds) * SECOND;
}

function stepsOf(query: MetricExpression, options: LogqlPlanOptions): Steps {
  const { endNs, instant = false, startNs, stepNs = defaultStep(startNs, endNs) } = options;
  if (instant) return { firstNs: endNs, stepNs: SECOND, count: 1 };
  if (endNs < startNs) throw faultAt(query, "invalid", "the time range ends before it starts");
  if (stepNs <= 0n) throw faultAt(query, "invalid", "the step must be longer than nothing");
  const count = Number((endNs - startNs) / stepNs) + 1;
  if (count > MAX_STEPS)
    throw faultAt(query, "invalid", `this range has more than ${MAX_STEPS} steps`);
  return { firstNs: startNs, stepNs, count };
}

function earliest(times: readonly bigint[]): bigint | undefined {
  return times.toSorted((a, b) => (a < b ? -1 : 1))[0];
}

function latest(times: readonly bigint[]): bigint | undefined {
  return times.toSorted((a, b) => (a < b ? 1 : -1))[0];
}
