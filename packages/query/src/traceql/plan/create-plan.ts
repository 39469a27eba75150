import { freeze } from "../../text/freeze.ts";
import { faultAt } from "../../text/places.ts";
import { parseTraceql } from "../parse/query.ts";
import type { Literal, MetricsExpression, Search, TraceqlQuery } from "../tree.ts";
import { fetchesOf } from "./fetch.ts";
import type { TraceqlMetricsPlan, TraceqlPlan, TraceqlSearchPlan } from "./plan.ts";
import { reachOf } from "./reach.ts";
import { metricSteps } from "./window.ts";

export interface TraceqlPlanOptions {
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Traces of a search; 20 unless said. */
  readonly limit?: number;
  /** Spans shown of each set; 3 unless said. */
  readonly spansPerSet?: number;
  /** Of metrics; chosen by the length of the window unless said. */
  readonly stepNs?: bigint;
  /** Metrics over the window as a whole: one value instead of steps. */
  readonly instant?: boolean;
  readonly maxSeries?: number;
  readonly exemplars?: number;
}

const LIMIT = 20;
const SPANS_PER_SET = 3;
const MAX_SERIES = 1_000;
/** 16 MB of numbers. */
const MAX_CELLS = 2_000_000;

/** What to fetch for a query and what to make of it, as frozen data that may cross to another thread. */
export function planTraceql(
  query: string | TraceqlQuery,
  options: TraceqlPlanOptions,
): TraceqlPlan {
  const tree = typeof query === "string" ? parseTraceql(query) : query;
  const { body } = tree;
  if (options.endNs <= options.startNs)
    throw faultAt(tree, "invalid", "the time range ends before it starts");
  return freeze(
    body.kind === "search" ? searchPlan(tree, body, options) : metricsPlan(tree, body, options),
  );
}

function searchPlan(
  query: TraceqlQuery,
  body: Search,
  options: TraceqlPlanOptions,
): TraceqlSearchPlan {
  const { endNs, limit = LIMIT, spansPerSet = SPANS_PER_SET, startNs } = options;
  const recent = hint(query, "most_recent");
  return {
    language: "traceql",
    kind: "search",
    query: { ...query, body },
    window: { startNs, endNs },
    ...reachOf(body),
    fetch: fetchesOf(body),
    limit,
    spansPerSet,
    newestFirst: recent?.type === "bool" ? recent.value : true,
  };
}

function metricsPlan(
  query: TraceqlQuery,
  body: MetricsExpression,
  options: TraceqlPlanOptions,
): TraceqlMetricsPlan {
  const { maxSeries = MAX_SERIES } = options;
  const { steps, window } = metricSteps(query, options);
  return {
    language: "traceql",
    kind: "metrics",
    query: { ...query, body },
    window,
    ...reachOf(body),
    fetch: fetchesOf(body),
    steps,
    limits: { maxSeries, maxCells: MAX_CELLS, exemplars: exemplarsOf(query, options) },
  };
}

const EXEMPLARS = 100;

function exemplarsOf(query: TraceqlQuery, { exemplars = 0 }: TraceqlPlanOptions): number {
  const said = hint(query, "exemplars");
  if (said?.type === "bool") return said.value ? Math.max(exemplars, EXEMPLARS) : 0;
  return said?.type === "int" ? Math.min(Math.max(0, Number(said.value)), EXEMPLARS) : exemplars;
}

function hint({ hints }: TraceqlQuery, name: string): Literal | undefined {
  return hints.findLast((hint) => hint.name === name)?.value;
}
