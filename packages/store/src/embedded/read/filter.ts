import { readLog, readStep } from "@throughline/core/dialects";
import { leastSeverity } from "@throughline/core/session";
import type { PlainMap, PlainValue, TelemetryRecord } from "@throughline/core/record";
import type { RecordQuery } from "../../home.ts";

/** What a filter asks without looking at a record's bytes. */
export interface Outline {
  readonly kind: "span" | "log";
  readonly micros: number;
  /** Of a span: that of level ERROR where it is in error, else 0. */
  readonly severity: number;
  readonly service: string;
}

const ERROR = 17;

/** Time, kind, level, errors and service. */
export function passesOutline(query: RecordQuery, outline: Outline): boolean {
  const { errors, kind, level, service, since, until } = query;
  const { micros, severity } = outline;
  if (kind !== undefined && outline.kind !== kind) return false;
  if (since !== undefined && micros < since * 1000) return false;
  if (until !== undefined && micros > until * 1000) return false;
  if (errors === true && severity < ERROR) return false;
  if (level !== undefined && severity < leastAsked(outline.kind, level)) return false;
  return service === undefined || outline.service === service;
}

/** Spans have no level: they pass when in error. */
function leastAsked(kind: "span" | "log", level: string): number {
  return kind === "span" ? ERROR : (leastSeverity(level) ?? 0);
}

/** Whether the record itself must be read to decide. */
export function asksRecord({ attributes, grep }: RecordQuery): boolean {
  return grep !== undefined || attributes !== undefined;
}

/** Text and attributes. */
export function passesRecord({ attributes, grep }: RecordQuery, record: TelemetryRecord): boolean {
  for (const [key, wanted] of Object.entries(attributes ?? {}))
    if (!equals(record.attributes[key], wanted)) return false;
  return grep === undefined || holds(record, grep);
}

/** Of which turn a record says itself that it is, by id or number: all there is while the tree above it may not have arrived. */
export function isInTurn({ turn }: RecordQuery, record: TelemetryRecord): boolean {
  if (turn === undefined) return true;
  const reading = readStep(record) ?? readLog(record);
  return reading?.turn === turn || String(reading?.turnIndex ?? "") === turn;
}

function equals(value: PlainValue | undefined, wanted: string): boolean {
  if (typeof value === "object" || value === undefined) return false;
  return typeof value === "string" ? value === wanted : String(value) === wanted;
}

/** In names, the body, attribute values, events and the status message; case matters. */
function holds(record: TelemetryRecord, text: string): boolean {
  if (holdsIn(record.attributes, text)) return true;
  if (record.kind === "log") return record.eventName.includes(text) || holdsIn(record.body, text);
  return (
    record.name.includes(text) ||
    record.status.message.includes(text) ||
    record.events.some(({ attributes, name }) => name.includes(text) || holdsIn(attributes, text))
  );
}

/** Depth is bounded where records are decoded. */
function holdsIn(value: PlainValue, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  if (isList(value)) return value.some((item) => holdsIn(item, text));
  for (const key in value) if (holdsIn(value[key] ?? null, text)) return true;
  return false;
}

function isList(value: readonly PlainValue[] | PlainMap): value is readonly PlainValue[] {
  return Array.isArray(value);
}

/**
 * Bytes that a record which passes must hold: blocks without them need not be looked into. Numbers and flags are not
 * text in a record, so of an attribute's value only what can be nothing else is asked for.
 */
export function needlesOf({ attributes, grep }: RecordQuery): readonly Buffer[] {
  const texts = grep === undefined ? [] : [grep];
  for (const [key, value] of Object.entries(attributes ?? {})) {
    texts.push(key);
    if (!/^(?:true|false|-?\d.*|-?Infinity|NaN)$/s.test(value)) texts.push(value);
  }
  return texts.filter((text) => text !== "").map((text) => Buffer.from(text, "utf8"));
}
