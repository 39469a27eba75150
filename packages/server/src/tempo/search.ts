import { planTraceql, type TraceqlSearchPlan } from "@throughline/query/traceql";
import type { TraceFound, TraceSearchResult } from "@throughline/store";

import { answerJson, saidPartial } from "../protocol/answer.ts";
import { Parameters, planned } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import { anyValueJson, type ShownValue } from "./any-value.ts";
import type { Ask } from "../protocol/ask.ts";
import { queryOfTags } from "./tags-query.ts";
import { searchWindow } from "./window.ts";

/** Without a window: what somebody who only asks for a query means. Tempo itself looks at its newest 15 minutes. */
const lately = 3_600_000_000_000n;
const mostTraces = 262_144;
const mostSpans = 100;

export const search: Ask = async (reader, visit, signal) => {
  const parameters = new Parameters(visit.query);
  const limit = parameters.whole("limit", 1, mostTraces) ?? 20;
  const spansPerSet = parameters.whole("spss", 0, mostSpans) ?? 3;
  const window = searchWindow(parameters, lately);
  const plan = planned(() =>
    planTraceql(queryOf(parameters), {
      ...window,
      limit,
      spansPerSet: spansPerSet === 0 ? mostSpans : spansPerSet,
    }),
  );
  if (plan.kind !== "search")
    throw new Refusal("bad_query", "Metrics are asked for at /api/metrics/query_range.");
  const found = await reader.searchTraces(plan, { signal });
  await answerJson(visit, searchJson(found, plan), saidPartial(found.partial));
};

function queryOf(parameters: Parameters): string {
  const [query, tags] = [parameters.text("q"), parameters.text("tags")];
  if (query !== undefined && tags !== undefined)
    throw new Refusal("bad_parameter", `"q" and "tags" can't be used together.`);
  return query ?? queryOfTags(parameters, tags);
}

/** No field that Tempo does not have: its clients refuse those. Zeros are left out, 64-bit integers are strings. */
function searchJson(found: TraceSearchResult, plan: TraceqlSearchPlan): object {
  const named = plan.fields.some(
    (field) => field.kind === "intrinsic" && (field.name === "name" || field.name === "span:name"),
  );
  return {
    traces: found.traces.map((trace) => traceJson(trace, named)),
    metrics: {
      ...(found.traces.length > 0 && { inspectedTraces: found.traces.length }),
      ...(found.bytes > 0 && { inspectedBytes: String(found.bytes) }),
      ...(found.records > 0 && { inspectedSpans: String(found.records) }),
      ...(found.partial === undefined && { completedJobs: 1 }),
      totalJobs: 1,
    },
  };
}

const noRoot = "<root span not yet received>";

function traceJson(trace: TraceFound, named: boolean): object {
  const sets = trace.sets.map((set) => ({
    spans: set.spans.map((span) => ({
      spanID: span.spanId,
      ...(named && span.name !== "" && { name: span.name }),
      startTimeUnixNano: String(span.startNs),
      ...(span.durationNs > 0 && { durationNanos: String(span.durationNs) }),
      ...(span.attributes.length > 0 && { attributes: span.attributes.map(pairJson) }),
    })),
    matched: set.matched,
    ...(set.attributes.length > 0 && { attributes: set.attributes.map(pairJson) }),
  }));
  const [first] = sets;
  const durationMs = Math.floor(trace.durationNs / 1e6);
  return {
    traceID: trace.traceId.replace(/^0+(?=.)/, ""),
    rootServiceName: trace.root === undefined ? noRoot : (trace.root.service ?? ""),
    ...(trace.root !== undefined && { rootTraceName: trace.root.name }),
    startTimeUnixNano: String(trace.startNs),
    ...(durationMs > 0 && { durationMs }),
    ...(first !== undefined && { spanSet: first }),
    spanSets: sets,
    serviceStats: Object.fromEntries(
      Array.from(trace.services, ([service, { errors, spans }]) => [
        service,
        { spanCount: spans, ...(errors > 0 && { errorCount: errors }) },
      ]),
    ),
  };
}

function pairJson([key, value]: readonly [string, ShownValue]): object {
  return { key, value: anyValueJson(value) };
}
