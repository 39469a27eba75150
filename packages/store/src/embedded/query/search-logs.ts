import { decodeLogRecord } from "@throughline/core/otlp";
import { type LogRecord, logRecord } from "@throughline/core/record";
import {
  createEntryReader,
  createLogqlFilter,
  type LogqlLine,
  type LogqlLogsPlan,
} from "@throughline/query/logql";
import type { LogSearchResult } from "../../telemetry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { candidatesFor, outOfTime } from "./candidates.ts";
import { narrowLogs, pinsOfLogs } from "./narrow-logs.ts";
import { type Kept, KeptLines } from "./kept-lines.ts";
import { Sweep, type Swept } from "./sweep.ts";

/** Of equal times in the order of arrival: a page that goes on where another ended must meet the same order. */
export async function searchLogs(
  { blocks, days, logBlocks }: Reader,
  plan: LogqlLogsPlan,
  pace: Pace,
): Promise<LogSearchResult> {
  const { direction, fetch, limit, window } = plan;
  if (window.endNs <= window.startNs || limit < 1) return { lines: [], records: 0, bytes: 0 };
  const pins = pinsOfLogs(fetch);
  const { candidates, pinned } = await candidatesFor(days, window, pins, pace);
  const filter = createLogqlFilter(plan);
  const readEntry = createEntryReader();
  const kept = new KeptLines(limit, direction);
  const sweep = new Sweep(
    pinned === undefined ? logBlocks : blocks,
    narrowLogs(fetch, pinned),
    window,
    candidates,
  );
  const take = (swept: Swept): void => {
    const record = logOf(swept);
    if (!kept.wants(record.timeNs)) return;
    const line = filter(readEntry(record));
    if (line !== undefined) kept.add(keptOf(swept, line));
  };
  const ordered =
    direction === "backward"
      ? candidates
      : candidates.toSorted((one, other) => one.first - other.first);
  let looked = 0;
  for (const candidate of ordered) {
    const edge = direction === "backward" ? candidate.last : candidate.first;
    if (pace.spent || !kept.wantsMicros(edge)) break;
    await sweep.through(candidate, pace, take);
    looked++;
  }
  const partial = pace.spent ? outOfTime(looked, candidates.length) : kept.cut;
  return {
    lines: kept.sorted(),
    records: sweep.records,
    bytes: sweep.bytes,
    ...(partial !== undefined && { partial }),
  };
}

export function logOf({ bytes, file, origin }: Swept): LogRecord {
  const { resource, scope } = file.origin(origin);
  return logRecord(decodeLogRecord(bytes), resource, scope);
}

function keptOf({ cluster, file, seq }: Swept, line: LogqlLine): Kept {
  return { day: file.day, cluster, seq, line };
}
