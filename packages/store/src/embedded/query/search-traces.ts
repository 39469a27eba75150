import type { SpanRecord } from "@throughline/core/record";
import {
  createTraceqlSearch,
  fetchTest,
  type FoundTrace,
  type TraceqlSearchPlan,
} from "@throughline/query/traceql";
import type { TraceFound, TraceSearchResult } from "../../telemetry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { candidatesFor, outOfTime } from "./candidates.ts";
import { narrowSpans, pinsOfSpans } from "./narrow-spans.ts";
import { partOf } from "./span-part.ts";
import { Sweep } from "./sweep.ts";
import { MOST_SPANS, spanOf, spansOfTrace } from "./trace-spans.ts";
import { WaitingTraces } from "./waiting-traces.ts";

/** 262,144 traces with 100 spans each may be asked for, and would be more than a server has. */
const MOST_SHOWN = 100_000;

/**
 * Traces by the newest of their spans that may be asked for. Clusters are looked through from the youngest on; a trace is
 * evaluated once no cluster is left that could hold anything newer than its own, and the first `limit` that match are the
 * answer.
 */
export async function searchTraces(
  reader: Reader,
  plan: TraceqlSearchPlan,
  pace: Pace,
): Promise<TraceSearchResult> {
  const { fetch, limit, window } = plan;
  const pins = pinsOfSpans(fetch);
  const { candidates, pinned } = await candidatesFor(reader.days, window, pins, pace);
  const evaluate = createTraceqlSearch(plan);
  const mayMatch = fetchTest(fetch);
  const part = partOf(plan);
  const waiting = new WaitingTraces();
  const sweep = new Sweep(
    reader.blocks,
    narrowSpans(fetch, pinned),
    window,
    candidates,
    pinned === undefined ? reader.spanDigests : undefined,
  );
  const found: TraceFound[] = [];
  let [looked, bytes, records, spansShown, cut] = [0, 0, 0, 0, false];
  const isEnough = (): boolean => found.length >= limit || spansShown >= MOST_SHOWN;
  const settle = async (edge: number): Promise<void> => {
    for (const traceId of waiting.newerThan(edge)) {
      if (isEnough() || pace.spent) return;
      const whole = await spansOfTrace(reader, traceId, pace);
      bytes += whole.bytes;
      records += whole.spans.length;
      const spans = whole.spans.map((span) => spanOf(span, part));
      const match = evaluate(fedBy(plan, spans), spans);
      if (match === undefined) continue;
      cut ||= whole.cut;
      spansShown += match.sets.reduce((sum, set) => sum + set.spans.length, 0);
      found.push(shown(match));
    }
  };
  for (const [index, candidate] of candidates.entries()) {
    if (pace.spent || isEnough()) break;
    await sweep.through(candidate, pace, (swept) => {
      const span = spanOf(swept, part);
      if (isIn(window, span) && mayMatch(span)) waiting.see(span.traceId, span.startNs);
    });
    looked++;
    await settle(candidates[index + 1]?.last ?? Number.NEGATIVE_INFINITY);
  }
  const partial = pace.spent
    ? outOfTime(looked, candidates.length)
    : spansShown >= MOST_SHOWN && found.length < limit
      ? `The answer would hold more than ${MOST_SHOWN} spans; ask for fewer traces, or fewer spans of each.`
      : cut
        ? `Of traces with more than ${MOST_SPANS} spans only so many are looked at.`
        : undefined;
  return {
    traces: found.toSorted((one, other) => (one.startNs > other.startNs ? -1 : 1)),
    records: sweep.records + records,
    bytes: sweep.bytes + bytes,
    ...(partial !== undefined && { partial }),
  };
}

/** What the plan asks to be shown of a trace. */
export function fedBy(
  { unit, window }: Pick<TraceqlSearchPlan, "unit" | "window">,
  whole: readonly SpanRecord[],
): readonly SpanRecord[] {
  return unit === "trace" ? whole : whole.filter((span) => isIn(window, span));
}

export function isIn({ endNs, startNs }: TraceqlSearchPlan["window"], span: SpanRecord): boolean {
  return span.startNs >= startNs && span.startNs < endNs;
}

function shown({ durationNs, root, services, sets, startNs, traceId }: FoundTrace): TraceFound {
  return {
    traceId,
    startNs,
    durationNs,
    services,
    root: root && { name: root.name, service: serviceOf(root) },
    sets: sets.map(({ attributes, matched, spans }) => ({
      attributes,
      matched,
      spans: spans.map(({ attributes: shown, span }) => ({
        spanId: span.spanId,
        name: span.name,
        startNs: span.startNs,
        durationNs: Number(span.endNs - span.startNs),
        attributes: shown,
      })),
    })),
  };
}

function serviceOf({ resource }: SpanRecord): string | undefined {
  const name = resource.attributes["service.name"];
  return typeof name === "string" ? name : undefined;
}
