import { attr, type StepKind } from "@throughline/core";
import {
  type LogReading,
  promotedKeys,
  readLog,
  readStep,
  sessionKeyOf,
  type StepReading,
} from "@throughline/core/dialects";
import {
  createSkimmer,
  type PromotedValue,
  type SkimmedGroup,
  type SkimmedLog,
  type SkimmedSpan,
  type Skimmer,
} from "@throughline/core/otlp";
import type { LogRecord, PlainMap, SpanRecord, TelemetryRecord } from "@throughline/core/record";
import { announcedStep, channelOf } from "@throughline/core/session";

/** What a record means, as far as its promoted attributes tell. */
export interface Read<Reading> {
  /** The session it carries. */
  readonly session: string | undefined;
  readonly reading: Reading | undefined;
  readonly channel: ReturnType<typeof channelOf>;
}

export interface ReadLog extends Read<LogReading> {
  readonly eventName: string;
  /** The step that a `throughline.span.start` announces. */
  readonly announced: StepKind | undefined;
}

const KEYS: readonly string[] = [...promotedKeys, attr.channelType, attr.channelId];
const RESOURCE_KEYS: readonly string[] = [attr.serviceName, attr.sessionId];
/** Where the service's name stands among a group's resource values. */
export const SERVICE_NAME = RESOURCE_KEYS.indexOf(attr.serviceName);

/** Longer bodies are text for people; an event's name may stand in a short one. */
const BODY_BYTES = 128;

export function createReadingSkimmer(): Skimmer {
  return createSkimmer({ attributes: KEYS, resourceAttributes: RESOURCE_KEYS });
}

export function readSpan(span: SkimmedSpan): Read<StepReading> {
  const record: SpanRecord = {
    kind: "span",
    traceId: "",
    spanId: "",
    parentSpanId: span.parentIdAt < 0 ? "" : "parent",
    parentIsRemote: parentIsRemote(span.flags),
    name: span.name,
    spanKind: SPAN_KINDS[span.kind] ?? "unspecified",
    startNs: 0n,
    endNs: 0n,
    status: { code: STATUSES[span.statusCode] ?? "unset", message: "" },
    attributes: mapOf(KEYS, span.values),
    events: [],
    links: [],
    ...sharedOf(span.group),
  };
  return { ...readShared(record), reading: readStep(record) };
}

export function readLogRecord(log: SkimmedLog): ReadLog {
  const timeNs = (BigInt(log.timeHigh) << 32n) | BigInt(log.timeLow);
  const attributes = mapOf(KEYS, log.values);
  const older = attributes["event.name"];
  const record: LogRecord = {
    kind: "log",
    traceId: "",
    spanId: "",
    timeNs,
    severityNumber: log.severityNumber,
    severityText: "",
    eventName: log.eventName !== "" ? log.eventName : typeof older === "string" ? older : "",
    body: bodyOf(log),
    attributes,
    ...sharedOf(log.group),
  };
  const reading = readLog(record);
  return {
    ...readShared(record),
    reading,
    eventName: record.eventName,
    announced: reading?.stands === "span.start" ? announcedStep(record) : undefined,
  };
}

function readShared(record: TelemetryRecord): Omit<Read<never>, "reading"> {
  return { session: sessionKeyOf(record)?.id, channel: channelOf(record) };
}

const SPAN_KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
const STATUSES = ["unset", "ok", "error"] as const;

/** Flag 0x100 says that 0x200 is meant. */
export function parentIsRemote(flags: number): boolean | undefined {
  return (flags & 0x100) === 0 ? undefined : (flags & 0x200) !== 0;
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

type Shared = Pick<SpanRecord, "resource" | "scope">;
const shared = new WeakMap<SkimmedGroup, Shared>();
const NO_ATTRIBUTES: PlainMap = Object.freeze(Object.create(null));

export function sharedOf(group: SkimmedGroup): Shared {
  let known = shared.get(group);
  if (known === undefined) {
    known = {
      resource: { attributes: mapOf(RESOURCE_KEYS, group.resourceValues) },
      scope: { name: group.scopeName, version: group.scopeVersion, attributes: NO_ATTRIBUTES },
    };
    shared.set(group, known);
  }
  return known;
}
