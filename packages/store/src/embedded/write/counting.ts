import type { LogReading } from "@throughline/core/dialects";
import type { SkimmedLog, SkimmedSpan } from "@throughline/core/otlp";
import {
  callsIn,
  countMeter,
  earlier,
  hasFailed,
  larger,
  longer,
  type Meter,
  seeLoggedTool,
  seeTimes,
  seeWord,
  toolName,
  type Totals,
} from "@throughline/core/session";
import type { ReadLog, ReadSpan } from "./readings.ts";

/** What a span adds by itself; what depends on its relatives is the tree's to count. */
export function countSpan(
  totals: Totals,
  { endMicros, name, startMicros }: SkimmedSpan,
  { channel, session, step }: ReadSpan,
  service: string,
): void {
  totals.spans++;
  seeTimes(totals, startMicros, endMicros);
  totals.latestStart = larger(totals.latestStart, startMicros);
  seeWord(totals.services, service);
  if (session !== undefined) totals.membership.carried++;
  if (channel !== undefined) totals.channel = earlier(totals.channel, channel, startMicros);
  if (step === undefined) return;
  if (step.agent !== undefined) totals.agent = earlier(totals.agent, step.agent, startMicros);
  if (step.step === "llm" && step.model !== undefined) seeWord(totals.models, step.model);
  if (step.step !== "tool") return;
  callsIn(totals.bySpans, service).tools++;
  totals.tools.spans = longer(totals.tools.spans, toolName(step, name), endMicros - startMicros);
}

/** What a log record adds by itself. */
export function countLog(
  totals: Totals,
  { timeMicros }: SkimmedLog,
  { channel, reading, session }: ReadLog,
  meter: Meter | undefined,
  service: string,
): void {
  totals.logs++;
  seeTimes(totals, timeMicros, timeMicros);
  seeWord(totals.services, service);
  if (session !== undefined) totals.membership.carried++;
  if (channel !== undefined) totals.channel = earlier(totals.channel, channel, timeMicros);
  if (reading === undefined) return;
  if (reading.agent !== undefined) totals.agent = earlier(totals.agent, reading.agent, timeMicros);
  if (reading.stands === "session.end") totals.ended = larger(totals.ended, timeMicros);
  if (reading.stands === "prompt") totals.prompts++;
  if (reading.stands === "tool") countTool(totals, service, reading);
  if (reading.stands === "llm") countCall(totals, service, reading, meter);
}

function countTool(totals: Totals, service: string, reading: LogReading): void {
  callsIn(totals.byLogs, service).tools++;
  const micros = Number(reading.endNs / 1000n) - Number(reading.startNs / 1000n);
  seeLoggedTool(totals, service, { name: toolName(reading, "tool"), micros });
}

function countCall(
  totals: Totals,
  service: string,
  reading: LogReading,
  meter: Meter | undefined,
): void {
  const sums = callsIn(totals.byLogs, service);
  const failed = hasFailed(reading);
  sums.calls++;
  if (!failed) sums.good++;
  if (reading.model !== undefined) seeWord(totals.models, reading.model);
  if (meter !== undefined) countMeter(sums, meter, failed, 1);
}
