import {
  readLog,
  readStep,
  sessionKeyOf,
  type StepKind,
  stepWithin,
} from "@throughline/core/dialects";
import { resolve } from "@throughline/core/membership";
import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type SpanRecord, type TelemetryRecord } from "@throughline/core/record";
import {
  announcedSpan,
  announcedStep,
  type Membership,
  type SessionRecord,
  sessionRecordOf,
  stateOf,
  summarise,
  type Summary,
} from "@throughline/core/session";
import type { Delivery } from "@throughline/store";

/** What core says that these deliveries are, all at once: the answers that a home must give. */
export interface Defined {
  readonly summary: Summary;
  /** In order of start. Their record ids are the home's to choose, and empty here. */
  readonly records: readonly SessionRecord[];
  readonly aliases: readonly string[];
}

interface Arrived {
  readonly record: TelemetryRecord;
  readonly door: string | undefined;
}

export function define(deliveries: readonly Delivery[]): Map<string, Defined> {
  const arrived = deliveries.flatMap(({ body, door, signal }) =>
    [...recordsOf(signal === "traces" ? decodeTraces(body) : decodeLogs(body))].map((record) => ({
      record,
      door,
    })),
  );
  const doors = new Map(arrived.map(({ door, record }) => [record, door]));
  const resolution = resolve(
    arrived.map(({ record }) => record),
    { keyOf: (record) => sessionKeyOf(record), doorOf: (record) => doors.get(record) },
  );
  const members = new Map<string, (Arrived & { membership: Membership })[]>();
  for (const [index, each] of arrived.entries()) {
    const { membership = "none", session } = resolution.belongings[index] ?? {};
    if (session === undefined) continue;
    const of = members.get(session) ?? [];
    members.set(session, of);
    of.push({ ...each, membership });
  }
  return new Map(
    [...members].map(([session, of]) => {
      const summary = summarise(of);
      const described = {
        summary,
        records: recordsIn(session, of).map((record) => over(summary, record)),
        aliases: resolution.aliases(session).filter((id) => id !== session),
      };
      return [session, described];
    }),
  );
}

/** After `session.end` nobody is at unfinished work any more. */
function over(summary: Summary, record: SessionRecord): SessionRecord {
  const ended = stateOf(summary, { nowMs: 0, seenMs: 0 }) === "ended";
  return ended && record.end_ns === null ? { ...record, outcome: "interrupted" } : record;
}

function recordsIn(
  session: string,
  members: readonly { readonly record: TelemetryRecord; readonly membership: Membership }[],
): SessionRecord[] {
  const spans = new Map<string, { span: SpanRecord; step: StepKind | undefined }>();
  const shown: { record: TelemetryRecord; membership: Membership }[] = [];
  for (const { membership, record } of members) {
    const key = record.traceId + record.spanId;
    if (record.kind === "span") {
      if (spans.has(key)) continue;
      spans.set(key, { span: record, step: readStep(record)?.step });
    }
    shown.push({ record, membership });
  }
  for (const { membership, record } of members) {
    const key = record.traceId + record.spanId;
    if (record.kind === "span" || record.spanId === "" || spans.has(key)) continue;
    if (readLog(record)?.stands !== "span.start") continue;
    const span = announcedSpan(record);
    spans.set(key, { span, step: announcedStep(record) });
    shown.push({ record: span, membership });
  }
  const stepsAbove = function* (span: SpanRecord): Generator<StepKind> {
    const passed = new Set<string>();
    for (let key = span.traceId + span.parentSpanId; !passed.has(key);) {
      passed.add(key);
      const above = spans.get(key);
      if (above === undefined) return;
      if (above.step !== undefined) yield above.step;
      key = above.span.traceId + above.span.parentSpanId;
    }
  };
  return shown
    .map(({ membership, record }) => {
      const step = record.kind === "span" ? readStep(record)?.step : undefined;
      return sessionRecordOf(record, {
        recordId: "",
        sessionId: session,
        membership,
        ...(step !== undefined &&
          record.kind === "span" && { step: stepWithin(step, stepsAbove(record)) }),
      });
    })
    .toSorted(inOrder);
}

/** By start; what starts at the same time is told apart by everything else. */
export function inOrder(one: SessionRecord, other: SessionRecord): number {
  const [left, right] = [BigInt(one.start_ns), BigInt(other.start_ns)];
  if (left !== right) return left < right ? -1 : 1;
  const [said, heard] = [JSON.stringify(one), JSON.stringify(other)];
  return said < heard ? -1 : said > heard ? 1 : 0;
}
