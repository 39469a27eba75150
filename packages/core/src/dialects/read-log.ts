import type { LogRecord, TelemetryRecord } from "../record/record.ts";
import { firstAmount } from "./attributes.ts";
import { eventNameOf } from "./event-name.ts";
import { allTold, present, readCost, readFields, readUsage } from "./fields.ts";
import { firstMatch } from "./patterns.ts";
import type { LogMeaning, LogReading } from "./reading.ts";
import { speechOf, type Speech } from "./speech.ts";

/** What a log event stands for; undefined for spans and for ordinary log lines. */
export function readLog(record: TelemetryRecord): LogReading | undefined {
  if (record.kind !== "log") return undefined;
  const speech = speechOf(record);
  const name = eventNameOf(record);
  const told = allTold<LogReading>(speech.dialects, (dialect) => dialect.log?.(record));
  const stands = told?.stands ?? meaningOf(name, speech);
  if (stands === undefined) return undefined;
  const failed = record.severityNumber >= severityError || failure.test(name);
  const isCall = stands === "llm";
  const fields = readFields(record.attributes, speech, failed, "");
  if (stands === "prompt") fields.agent ??= speech.agent;
  return present({
    ...fields,
    ...timesOf(record, speech),
    usage: isCall ? readUsage(record.attributes, speech) : undefined,
    cost: isCall ? readCost(record.attributes, speech) : undefined,
    ...told,
    stands,
  });
}

const severityError = 17;
const failure = /[._](exception|error|refusal)$/;

function meaningOf(name: string, { events }: Speech): LogMeaning | undefined {
  return name === "" ? undefined : (firstMatch(events, name) ?? undefined);
}

/** Events that stand for a call are told at its end: the duration reaches back. */
function timesOf(record: LogRecord, { fields }: Speech): { startNs: bigint; endNs: bigint } {
  const ms = firstAmount(record.attributes, fields.durationMs);
  const endNs = record.timeNs;
  // A duration longer than a month is a mistake of the emitter's, not a call.
  const ns = ms === undefined || ms > 2_678_400_000 ? 0n : BigInt(Math.round(ms * 1e6));
  return { startNs: ns > endNs ? endNs : endNs - ns, endNs };
}
