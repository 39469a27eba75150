import {
  createEntryReader,
  createLogqlMetrics,
  type LogqlMetricsPlan,
  type LogqlMetricsResult,
} from "@throughline/query/logql";
import type { Looked } from "../../telemetry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { candidatesFor, outOfTime } from "./candidates.ts";
import { narrowLogs, pinsOfLogs } from "./narrow-logs.ts";
import { logOf } from "./search-logs.ts";
import { Sweep } from "./sweep.ts";

export async function logMetrics(
  { blocks, days, logBlocks }: Reader,
  plan: LogqlMetricsPlan,
  pace: Pace,
): Promise<LogqlMetricsResult & Looked> {
  const { fetch, window } = plan;
  const metrics = createLogqlMetrics(plan);
  // Numbers alone read nothing.
  if (fetch.length === 0) return { ...metrics.result(), records: 0, bytes: 0 };
  const { candidates, pinned } = await candidatesFor(days, window, pinsOfLogs(fetch), pace);
  const readEntry = createEntryReader();
  const sweep = new Sweep(
    pinned === undefined ? logBlocks : blocks,
    narrowLogs(fetch, pinned),
    window,
    candidates,
  );
  let looked = 0;
  for (const candidate of candidates) {
    if (pace.spent) break;
    await sweep.through(candidate, pace, (swept) => metrics.add(readEntry(logOf(swept))));
    looked++;
  }
  const result = metrics.result();
  const partial = pace.spent ? outOfTime(looked, candidates.length) : result.partial;
  return {
    ...result,
    records: sweep.records,
    bytes: sweep.bytes,
    ...(partial !== undefined && { partial }),
  };
}
