import type { LogRecord, TelemetryRecord } from "../record/record.ts";
import { firstAmount } from "./attributes.ts";
import type { Dialect } from "./dialect.ts";
import { allTold, first, present, readFields, readSpending } from "./fields.ts";
import type { LogMeaning, LogReading } from "./reading.ts";
import { dialectsOf, eventNameOf, matches } from "./registry.ts";

/** What a log event stands for; undefined for spans and for ordinary log lines. */
export function readLog(record: TelemetryRecord): LogReading | undefined {
  if (record.kind !== "log") return undefined;
  const spoken = dialectsOf(record);
  const name = eventNameOf(record);
  const told = allTold(spoken, (dialect) => dialect.log?.(record));
  const stands = told.stands ?? first(spoken, (dialect) => meaningOf(name, dialect));
  if (stands === undefined || stands === null) return undefined;
  const failed = record.severityNumber >= severityError || failure.test(name);
  return present({
    ...readFields(record.attributes, spoken, failed, ""),
    ...timesOf(record, spoken),
    ...(stands === "llm" ? readSpending(record.attributes, spoken) : {}),
    ...told,
    stands,
  });
}

const severityError = 17;
const failure = /[._](exception|error|refusal)$/;

function meaningOf(name: string, { events }: Dialect): LogMeaning | null | undefined {
  if (events === undefined || name === "") return undefined;
  if (Object.hasOwn(events, name)) return events[name];
  const pattern = Object.keys(events).find((key) => key.endsWith("*") && matches(key, name));
  return pattern === undefined ? undefined : events[pattern];
}

/** Events that stand for a call are told at its end: the duration reaches back. */
function timesOf(
  record: LogRecord,
  spoken: readonly Dialect[],
): { startNs: bigint; endNs: bigint } {
  const ms = first(spoken, ({ fields }) => firstAmount(record.attributes, fields?.durationMs));
  const endNs = record.timeNs;
  // A duration longer than a month is a mistake of the emitter's, not a call.
  const ns = ms === undefined || ms > 2_678_400_000 ? 0n : BigInt(Math.round(ms * 1e6));
  return { startNs: ns > endNs ? endNs : endNs - ns, endNs };
}
