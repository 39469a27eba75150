import { attr, type Profile, readNames } from "@throughline/core";
import { readLog, readStep, sessionKeyOf } from "@throughline/core/dialects";
import { resolve } from "@throughline/core/membership";
import type { LogRecord, PlainMap, SpanRecord, TelemetryRecord } from "@throughline/core/record";
import {
  announcedSpan,
  announcedStep,
  type Membership,
  type SessionRecord,
  sessionRecordOf,
} from "@throughline/core/session";
import type { LokiLine } from "./loki.ts";
import { unfold } from "./unfold.ts";

/** A record that was fetched. */
export interface Held {
  readonly id: string;
  readonly record: TelemetryRecord;
  /** The session whose own door it came in through, as whoever forwarded it noted. */
  readonly door: string | undefined;
}

/** A record in its place. */
export interface Placed extends Held {
  readonly kind: "span" | "log";
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Told by the log record that announced it; the span itself has not arrived. */
  readonly open: boolean;
  readonly membership: Membership;
  readonly session: string | undefined;
  readonly step: string | undefined;
  readonly stands: string | undefined;
  turn: number;
  isTurn: boolean;
}

export interface Placement {
  /** By start, then by id. */
  readonly places: readonly Placed[];
  /** All ids that mean the same session, its name first. */
  aliases(session: string): readonly string[];
}

/** The record under the id by which it is known from now on. */
export function heldSpan(span: SpanRecord): Held {
  return held(`${span.traceId}-${span.spanId}`, span);
}

export function heldLine(line: LokiLine, profile: Profile): Held {
  return held(line.id, unfold(line, profile));
}

/** The note of the door is taken off: no emitter wrote it. */
function held(id: string, record: TelemetryRecord): Held {
  const door = record.attributes[attr.door];
  if (typeof door !== "string") return { id, record, door: undefined };
  return { id, record: { ...record, attributes: without(record.attributes, attr.door) }, door };
}

function without(map: PlainMap, name: string): PlainMap {
  const rest = Object.assign(Object.create(null), map);
  delete rest[name];
  return rest;
}

/** To which session each of these belongs, as far as these tell. */
export function place(all: readonly Held[], profile: Profile): Placement {
  const doors = new Map(all.map(({ door, record }) => [record, door]));
  const resolution = resolve(
    all.map(({ record }) => record),
    { keyOf: (record) => keyOf(record, profile), doorOf: (record) => doors.get(record) },
  );
  const places = all.map((each, index): Placed => {
    const { membership = "none", session } = resolution.belongings[index] ?? {};
    return placed(each, membership, session);
  });
  return {
    places: [...places, ...unfinished(places)].toSorted(byStart),
    aliases: (session) => resolution.aliases(session),
  };
}

export function keyOf(record: TelemetryRecord, profile: Profile): ReturnType<typeof sessionKeyOf> {
  return sessionKeyOf(record, { keys: readNames(profile, record.kind, attr.sessionId) });
}

function placed(each: Held, membership: Membership, session: string | undefined): Placed {
  const { record } = each;
  return {
    ...each,
    kind: record.kind,
    traceId: record.traceId,
    spanId: record.spanId,
    parentSpanId: record.kind === "span" ? record.parentSpanId : "",
    open: false,
    membership,
    session,
    step: record.kind === "span" ? readStep(record)?.step : undefined,
    stands: readLog(record)?.stands,
    turn: -1,
    isTurn: false,
  };
}

/** A span for each that was announced in a session and has not arrived there. */
function unfinished(places: readonly Placed[]): Placed[] {
  const known = new Set<string>();
  const keyOfPlace = ({ session = "", spanId, traceId }: Placed): string =>
    `${traceId}${spanId} ${session}`;
  for (const place of places) if (place.kind === "span") known.add(keyOfPlace(place));
  return places.flatMap((event) => {
    const key = keyOfPlace(event);
    const { record, spanId, stands } = event;
    if (record.kind !== "log" || stands !== "span.start" || spanId === "" || known.has(key))
      return [];
    known.add(key);
    return [openSpan(event, record)];
  });
}

function openSpan(event: Placed, announcement: LogRecord): Placed {
  const record = announcedSpan(announcement);
  const { membership, session } = event;
  const span = placed({ ...event, id: `${event.id}.open`, record }, membership, session);
  return { ...span, open: true, step: announcedStep(announcement) };
}

export function startOf(record: TelemetryRecord): bigint {
  return record.kind === "span" ? record.startNs : record.timeNs;
}

function byStart(one: Placed, other: Placed): number {
  const [left, right] = [startOf(one.record), startOf(other.record)];
  if (left !== right) return left < right ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** As everybody outside sees it. `over` says that nobody is at its session's unfinished work any more. */
export function jsonOf(place: Placed, over: boolean): SessionRecord {
  const { id, isTurn, membership, open, record, session = "", step } = place;
  const json = sessionRecordOf(record, {
    recordId: id,
    sessionId: session,
    membership,
    ...(record.kind === "span" && { step: isTurn ? "turn" : (step ?? null) }),
  });
  return open && over ? { ...json, outcome: "interrupted" } : json;
}
