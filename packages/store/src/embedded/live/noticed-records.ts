import { memberships } from "@throughline/core";
import { readLog } from "@throughline/core/dialects";
import { decodeLogRecord, decodeSpan } from "@throughline/core/otlp";
import { logRecord, spanRecord, type TelemetryRecord } from "@throughline/core/record";
import {
  announcedSpan,
  microsOf,
  type SessionRecord,
  sessionRecordOf,
} from "@throughline/core/session";
import type { LiveQuery } from "../../home.ts";
import { isInTurn, passesOutline, passesRecord } from "../read/filter.ts";
import { RECORD_FLAGS } from "../schema/codes.ts";
import { type CommitNotice, NOTICE_STRIDE, NOTICED } from "../write/protocol.ts";
import type { NoticedOrigins } from "./noticed-origins.ts";

export interface NoticedRecord {
  /** Place of the event within its commit. */
  readonly place: number;
  readonly record: SessionRecord;
}

/** Each record has two places: its own, and that of the unfinished span it may announce. */
const PLACES = 2;

/** Number of places that the records of a commit take. */
export function placesIn({ records }: CommitNotice): number {
  return (records.length / NOTICE_STRIDE) * PLACES;
}

/**
 * The records of a commit that somebody asked for, from a place on; of one session, or of all. Decoded one by one as they are
 * taken: who goes away costs little. After each that was decoded in vain comes undefined, so that somebody whose filter
 * drops nearly everything lets others have their turn.
 */
export function* noticedRecords(
  notice: CommitNotice,
  from: number,
  query: LiveQuery,
  session: string | undefined,
  origins: NoticedOrigins,
): Generator<NoticedRecord | undefined> {
  const wanted = session === undefined ? undefined : notice.sessions.indexOf(session);
  if (wanted === -1) return;
  const { records } = notice;
  for (let index = Math.floor(from / PLACES); index < records.length / NOTICE_STRIDE; index++) {
    const at = index * NOTICE_STRIDE;
    if (wanted !== undefined && records[at + NOTICED.session] !== wanted) continue;
    if ((numberAt(records, at + NOTICED.flags) & RECORD_FLAGS.again) !== 0) continue;
    const record = decode(notice, at, origins);
    const place = index * PLACES;
    yield place >= from && passes(query, record)
      ? { place, record: jsonOf(notice, at, record) }
      : undefined;
    const open = openSpan(record);
    if (open !== undefined && place + 1 >= from && passes(query, open))
      yield { place: place + 1, record: jsonOf(notice, at, open, ".open") };
  }
}

function decode(notice: CommitNotice, at: number, origins: NoticedOrigins): TelemetryRecord {
  const { bodies, day, records } = notice;
  const start = numberAt(records, at + NOTICED.start);
  const end = numberAt(records, at + NOTICED.end);
  const bytes = (bodies[numberAt(records, at + NOTICED.body)] ?? NO_BYTES).subarray(start, end);
  const { resource, scope } = origins.of(day, numberAt(records, at + NOTICED.origin));
  return records[at + NOTICED.log] === 1
    ? logRecord(decodeLogRecord(bytes), resource, scope)
    : spanRecord(decodeSpan(bytes), resource, scope);
}

function jsonOf(
  { day, records, sessions }: CommitNotice,
  at: number,
  record: TelemetryRecord,
  suffix = "",
): SessionRecord {
  return sessionRecordOf(record, {
    recordId: `${day}.${numberAt(records, at + NOTICED.id)}${suffix}`,
    sessionId: sessions[numberAt(records, at + NOTICED.session)] ?? "",
    membership: memberships[numberAt(records, at + NOTICED.membership)] ?? "none",
  });
}

function openSpan(record: TelemetryRecord): TelemetryRecord | undefined {
  if (record.kind === "span" || record.spanId === "") return undefined;
  return readLog(record)?.stands === "span.start" ? announcedSpan(record) : undefined;
}

function passes(query: LiveQuery, record: TelemetryRecord): boolean {
  const service = record.resource.attributes["service.name"];
  const outline =
    record.kind === "span"
      ? { micros: microsOf(record.startNs), severity: record.status.code === "error" ? 17 : 0 }
      : { micros: microsOf(record.timeNs), severity: record.severityNumber };
  const asked = {
    ...outline,
    kind: record.kind,
    service: typeof service === "string" ? service : "",
  };
  return passesOutline(query, asked) && passesRecord(query, record) && isInTurn(query, record);
}

const NO_BYTES = new Uint8Array(0);

function numberAt(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0;
}
