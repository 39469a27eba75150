import { readLog, readOutcome, readStep } from "../dialects/index.ts";
import { toBase64 } from "../otlp/wire/base64.ts";
import type {
  LogRecord,
  PlainMap,
  PlainValue,
  SpanRecord,
  TelemetryRecord,
} from "../record/record.ts";
import { levelNameOf } from "./level.ts";
import type { JsonMap, JsonValue, Membership, SessionRecord } from "./session.ts";

/** What a record can't say about itself. */
export interface RecordPlace {
  readonly recordId: string;
  /** Empty when it belongs to none. */
  readonly sessionId: string;
  readonly membership: Membership;
  /** What a span is, where that is known already: null for no step. By default what it says itself. */
  readonly step?: string | null;
}

/** A record as everybody outside sees it. */
export function sessionRecordOf(record: TelemetryRecord, place: RecordPlace): SessionRecord {
  return record.kind === "span" ? spanJson(record, place) : logJson(record, place);
}

function spanJson(span: SpanRecord, place: RecordPlace): SessionRecord {
  const { step, outcome } = stepOf(span, place);
  return {
    kind: "span",
    record_id: place.recordId,
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    session_id: place.sessionId,
    membership: place.membership,
    step,
    name: span.name,
    start_ns: String(span.startNs),
    end_ns: span.endNs === 0n ? null : String(span.endNs),
    severity: null,
    status: span.status.code,
    outcome,
    service: serviceOf(span),
    scope: span.scope.name,
    attributes: jsonMap(span.attributes),
    body: null,
    events: span.events.map(({ attributes, name, timeNs }) => ({
      name,
      time_ns: String(timeNs),
      attributes: jsonMap(attributes),
    })),
    links: span.links.map(({ attributes, spanId, traceId }) => ({
      trace_id: traceId,
      span_id: spanId,
      attributes: jsonMap(attributes),
    })),
  };
}

function stepOf(span: SpanRecord, { step }: RecordPlace): Pick<SessionRecord, "step" | "outcome"> {
  if (step === null) return { step, outcome: null };
  if (step !== undefined) return { step, outcome: readOutcome(span) ?? null };
  const reading = readStep(span);
  return { step: reading?.step ?? null, outcome: reading?.outcome ?? null };
}

function logJson(log: LogRecord, place: RecordPlace): SessionRecord {
  const reading = readLog(log);
  const time = String(log.timeNs);
  return {
    kind: "log",
    record_id: place.recordId,
    trace_id: log.traceId,
    span_id: log.spanId,
    parent_span_id: "",
    session_id: place.sessionId,
    membership: place.membership,
    step: reading?.stands ?? null,
    name: log.eventName,
    start_ns: time,
    end_ns: time,
    severity: severityOf(log),
    status: null,
    outcome: reading?.outcome ?? null,
    service: serviceOf(log),
    scope: log.scope.name,
    attributes: jsonMap(log.attributes),
    body: jsonValue(log.body),
    events: [],
    links: [],
  };
}

/** The level by its number; where there is none, the word that the emitter gave. */
function severityOf({ severityNumber, severityText }: LogRecord): string | null {
  return levelNameOf(severityNumber) ?? (severityText === "" ? null : severityText.toLowerCase());
}

export function serviceOf({ resource }: Pick<TelemetryRecord, "resource">): string {
  const name = resource.attributes["service.name"];
  return typeof name === "string" ? name : "";
}

export function jsonMap(map: PlainMap): JsonMap {
  // Most maps hold nothing that JSON can't say, and a copy would take a third of the time of the whole record.
  return isJson(map) ? map : converted(map);
}

function isJson(map: PlainMap): map is PlainMap & JsonMap {
  for (const key in map) {
    const value = map[key];
    if (typeof value === "string" || typeof value === "boolean") continue;
    if (typeof value !== "number" || !Number.isFinite(value)) return false;
  }
  return true;
}

function converted(map: PlainMap): JsonMap {
  const json = Object.create(null) as { [key: string]: JsonValue };
  for (const key in map) json[key] = jsonValue(map[key] ?? null);
  return json;
}

/** What JSON has no word for is text: large integers in digits, bytes in base64, `NaN` and the infinities by name. */
export function jsonValue(value: PlainValue): JsonValue {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return toBase64(value);
  return isList(value) ? value.map(jsonValue) : jsonMap(value);
}

function isList(value: readonly PlainValue[] | PlainMap): value is readonly PlainValue[] {
  return Array.isArray(value);
}
