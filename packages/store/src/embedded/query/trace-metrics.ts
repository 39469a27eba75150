import {
  createTraceqlMetrics,
  fetchTest,
  type TraceqlMetricsPlan,
  type TraceqlMetricsResult,
} from "@throughline/query/traceql";
import type { Looked } from "../../telemetry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { candidatesFor, outOfTime } from "./candidates.ts";
import { narrowSpans, pinsOfSpans } from "./narrow-spans.ts";
import { fedBy, isIn } from "./search-traces.ts";
import { partOf } from "./span-part.ts";
import { Sweep } from "./sweep.ts";
import { spanOf, spansOfTrace } from "./trace-spans.ts";

export async function traceMetrics(
  reader: Reader,
  plan: TraceqlMetricsPlan,
  pace: Pace,
): Promise<TraceqlMetricsResult & Looked> {
  const { fetch, unit, window } = plan;
  const { candidates, pinned } = await candidatesFor(reader.days, window, pinsOfSpans(fetch), pace);
  const metrics = createTraceqlMetrics(plan);
  const mayMatch = fetchTest(fetch);
  const part = partOf(plan);
  const traces = new Set<string>();
  const sweep = new Sweep(
    reader.blocks,
    narrowSpans(fetch, pinned),
    window,
    candidates,
    pinned === undefined ? reader.spanDigests : undefined,
  );
  let looked = 0;
  for (const candidate of candidates) {
    if (pace.spent) break;
    await sweep.through(candidate, pace, (swept) => {
      const span = spanOf(swept, part);
      if (!isIn(window, span)) return;
      if (unit === "span") metrics.add([span]);
      else if (!traces.has(span.traceId) && mayMatch(span)) traces.add(span.traceId);
    });
    looked++;
  }
  let [bytes, records] = [sweep.bytes, sweep.records];
  for (const traceId of traces) {
    if (pace.spent) break;
    const whole = await spansOfTrace(reader, traceId, pace);
    bytes += whole.bytes;
    records += whole.spans.length;
    const spans = whole.spans.map((span) => spanOf(span, part));
    metrics.add(fedBy(plan, spans));
  }
  const result = metrics.result();
  const partial = pace.spent ? outOfTime(looked, candidates.length) : result.partial;
  return { ...result, records, bytes, ...(partial !== undefined && { partial }) };
}
