import type { Labels, LogEntry } from "../entry/entry.ts";
import type { LogqlLogsPlan } from "../plan/plan.ts";
import { createLogPipeline } from "../stages/create-stages.ts";

/** An entry as a log query answers it. */
export interface LogqlLine {
  readonly timeNs: bigint;
  readonly line: string;
  readonly stream: Labels;
  readonly metadata: Labels;
  /** Labels that stages have added or changed; they hide stored ones of the same name. */
  readonly parsed: Labels;
}

/** From an entry to what the query makes of it; undefined where it is not asked for. */
export type LogqlFilter = (entry: LogEntry) => LogqlLine | undefined;

export function createLogqlFilter(plan: LogqlLogsPlan): LogqlFilter {
  const pipeline = createLogPipeline(plan.query);
  const { endNs, startNs } = plan.window;
  return (entry) => {
    if (entry.timeNs < startNs || entry.timeNs >= endNs) return undefined;
    const line = pipeline(entry);
    if (line === undefined) return undefined;
    const { metadata, parsed, stream, text } = line;
    return { timeNs: entry.timeNs, line: text, stream, metadata, parsed };
  };
}
