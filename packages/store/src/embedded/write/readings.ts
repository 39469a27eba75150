import { attr, parseSessionId, type StepKind } from "@throughline/core";
import {
  createRowReader,
  eventNameOf,
  type LogReading,
  promotedGroups,
  readLog,
  rowKeys,
  type RowPlace,
  type RowSpan,
  sessionKeyOf,
  type StepRow,
} from "@throughline/core/dialects";
import {
  createSkimmer,
  type PromotedValue,
  type SkimmedGroup,
  type SkimmedLog,
  type SkimmedSpan,
  type Skimmer,
} from "@throughline/core/otlp";
import type { LogRecord, PlainMap, SpanRecord } from "@throughline/core/record";
import { announcedStep, channelOf } from "@throughline/core/session";

type Channel = ReturnType<typeof channelOf>;

/** What a span means, as far as its promoted attributes tell. */
export interface ReadSpan {
  /** The session it carries. */
  readonly session: string | undefined;
  readonly step: StepRow | undefined;
  readonly channel: Channel;
}

export interface ReadLog {
  readonly session: string | undefined;
  readonly reading: LogReading | undefined;
  readonly channel: Channel;
  readonly eventName: string;
  /** The step that a `throughline.span.start` announces. */
  readonly announced: StepKind | undefined;
}

const KEYS: readonly string[] = [...rowKeys, attr.channelType, attr.channelId];
const RESOURCE_KEYS: readonly string[] = [attr.serviceName, attr.sessionId];
/** Where the service's name stands among a group's resource values. */
export const SERVICE_NAME = RESOURCE_KEYS.indexOf(attr.serviceName);
const RESOURCE_SESSION = RESOURCE_KEYS.indexOf(attr.sessionId);
const SESSION = KEYS.indexOf(attr.sessionId);
const CHANNEL_TYPE = KEYS.indexOf(attr.channelType);
const CHANNEL_ID = KEYS.indexOf(attr.channelId);
/** All that can make a session but `session.id` itself. */
const OTHER_SESSIONS: readonly number[] = [
  ...(promotedGroups["session"] ?? []),
  attr.genAiConversationId,
]
  .map((key) => KEYS.indexOf(key))
  .filter((index) => index !== SESSION);

/** Longer bodies are text for people; an event's name may stand in a short one. */
const BODY_BYTES = 128;

export function createReadingSkimmer(): Skimmer {
  return createSkimmer({ attributes: KEYS, resourceAttributes: RESOURCE_KEYS });
}

const rows = createRowReader(KEYS);

export function readSpan(span: SkimmedSpan): ReadSpan {
  const { group, values } = span;
  const shared = sharedOf(group);
  const row = {
    name: span.name,
    spanKind: SPAN_KINDS[span.kind] ?? "unspecified",
    status: STATUSES[span.statusCode] ?? "unset",
    parentSpanId: span.parentIdAt < 0 ? "" : "parent",
    parentIsRemote: parentIsRemote(span.flags),
  } as const;
  return {
    session: sessionOf(values, group, row, shared),
    step: rows.step(shared.place, row, values),
    channel: channelIn(values),
  };
}

function sessionOf(
  values: readonly PromotedValue[],
  group: SkimmedGroup,
  row: RowSpan,
  shared: Shared,
): string | undefined {
  const own = values[SESSION];
  const known = typeof own === "string" ? normalised(own) : undefined;
  if (known !== undefined || !mayHaveSession(values, group)) return known;
  return sessionKeyOf({
    kind: "span",
    traceId: "",
    spanId: "",
    startNs: 0n,
    endNs: 0n,
    attributes: mapOf(KEYS, values),
    events: [],
    links: [],
    ...row,
    ...shared,
    status: { code: row.status, message: "" },
  })?.id;
}

export function readLogRecord(log: SkimmedLog): ReadLog {
  const { group, values } = log;
  const record: LogRecord = {
    kind: "log",
    traceId: "",
    spanId: "",
    timeNs: (BigInt(log.timeHigh) << 32n) | BigInt(log.timeLow),
    severityNumber: log.severityNumber,
    severityText: "",
    eventName: log.eventName,
    body: bodyOf(log),
    attributes: mapOf(KEYS, values),
    ...sharedOf(group),
  };
  const reading = readLog(record);
  return {
    session: sessionKeyOf(record)?.id,
    reading,
    channel: channelIn(values),
    // A body is taken for a name only where it is known to be one.
    eventName: eventNameOf(reading === undefined ? { ...record, body: null } : record),
    announced: reading?.stands === "span.start" ? announcedStep(record) : undefined,
  };
}

const SPAN_KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
const STATUSES = ["unset", "ok", "error"] as const;

/** Flag 0x100 says that 0x200 is meant. */
export function parentIsRemote(flags: number): boolean | undefined {
  return (flags & 0x100) === 0 ? undefined : (flags & 0x200) !== 0;
}

function mayHaveSession(values: readonly PromotedValue[], group: SkimmedGroup): boolean {
  if (group.resourceValues[RESOURCE_SESSION] !== undefined) return true;
  for (const index of OTHER_SESSIONS) if (values[index] !== undefined) return true;
  return false;
}

/** Checking an id takes a microsecond, and the same one comes again and again. */
const checked = new Map<string, string>();
const CHECKED_KEPT = 10_000;

function normalised(value: string): string | undefined {
  const known = checked.get(value);
  if (known !== undefined) return known;
  const { id } = parseSessionId(value, "carrier");
  if (id === undefined) return undefined;
  if (checked.size >= CHECKED_KEPT) checked.clear();
  checked.set(value, id);
  return id;
}

function channelIn(values: readonly PromotedValue[]): Channel {
  const type = values[CHANNEL_TYPE];
  const id = values[CHANNEL_ID];
  if (type === undefined && id === undefined) return undefined;
  return channelOf({ [attr.channelType]: type ?? null, [attr.channelId]: id ?? null });
}

function bodyOf({ bodyAt, bodyEnd, bytes }: SkimmedLog): string | null {
  if (bodyAt < 0 || bodyEnd - bodyAt > BODY_BYTES) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset + bodyAt, bodyEnd - bodyAt).toString();
}

function mapOf(keys: readonly string[], values: readonly PromotedValue[]): PlainMap {
  const map: Record<string, string | number | boolean> = Object.create(null);
  for (let i = 0; i < keys.length; i++) {
    const value = values[i];
    if (value !== undefined) map[keys[i]!] = value;
  }
  return map;
}

interface Shared extends Pick<SpanRecord, "resource" | "scope"> {
  readonly place: RowPlace;
}

const shared = new WeakMap<SkimmedGroup, Shared>();
const NO_ATTRIBUTES: PlainMap = Object.freeze(Object.create(null));

/** What all records of a group have in common, made once. */
export function sharedOf(group: SkimmedGroup): Shared {
  let known = shared.get(group);
  if (known === undefined) {
    const service = group.resourceValues[SERVICE_NAME];
    known = {
      resource: { attributes: mapOf(RESOURCE_KEYS, group.resourceValues) },
      scope: { name: group.scopeName, version: group.scopeVersion, attributes: NO_ATTRIBUTES },
      place: rows.place(group.scopeName, typeof service === "string" ? service : undefined),
    };
    shared.set(group, known);
  }
  return known;
}
