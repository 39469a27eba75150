import type { DatabaseSync } from "node:sqlite";
import { zstdDecompressSync } from "node:zlib";
import { sessionKeyOf } from "@throughline/core/dialects";
import { type Belonging, resolve } from "@throughline/core/membership";
import { decodeLogRecord, decodeSpan } from "@throughline/core/otlp";
import { logRecord, spanRecord, type TelemetryRecord } from "@throughline/core/record";
import { type Pricer, type SessionMember, type Totals, totalsOf } from "@throughline/core/session";
import { type BlockEntry, entriesOf } from "../blocks/entry.ts";
import type { Day } from "../days/day.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";
import { prepared } from "../schema/prepared.ts";
import { originsIn, type StoredOrigin } from "../schema/stored-origin.ts";
import { clustersOf } from "./replay.ts";
import { CROSSING_KEPT } from "./traces.ts";

/** A session with more records keeps the numbers that were counted as they came in. */
const MOST_RECORDS = 100_000;

export interface OpenDay {
  readonly day: Day;
  readonly db: DatabaseSync;
}

export interface Recount {
  /** Oldest first. */
  readonly days: readonly OpenDay[];
  readonly sid: string;
  /** The session that an id means. */
  readonly canonical: (id: string) => string;
  readonly price: Pricer;
}

interface Gathered {
  readonly file: OpenDay;
  readonly id: number;
  readonly record: TelemetryRecord;
  readonly door: string | undefined;
}

/**
 * Counts a session anew from its records, by core's own definition. Pauses between blocks, so that others may write meanwhile;
 * undefined when there are too many records for it.
 */
export async function recount(
  { canonical, days, price, sid }: Recount,
  pause: () => Promise<void>,
): Promise<Totals | undefined> {
  const wanted = clustersOfSession(days, sid);
  const all: Gathered[] = [];
  for (const file of days) {
    const origins = originsIn(file.db);
    for (const cluster of wanted.get(file.day) ?? []) {
      for (const block of blocksOf(file.db, cluster)) {
        const bytes = readBlock(file.db, block);
        for (const entry of entriesOf(bytes, cluster)) {
          const record = recordOf(bytes, entry, origins);
          const id = cluster * CLUSTER_SPAN + entry.seq;
          all.push({ file, id, record, door: cameByDoor(file.db, entry, id) ? sid : undefined });
        }
        if (all.length > MOST_RECORDS) return undefined;
        await pause();
      }
    }
  }
  // Of spans that share an id the first to arrive counts.
  all.sort((one, other) => compare(one.file.day, other.file.day) || one.id - other.id);
  return totalsOf(membersOf(all, sid, canonical), { price });
}

function membersOf(
  all: readonly Gathered[],
  sid: string,
  canonical: (id: string) => string,
): SessionMember[] {
  const doors = new Map(all.map(({ door, record }) => [record, door]));
  const records = all.map(({ record }) => record);
  const { belongings } = resolve(records, {
    keyOf: (record) => {
      const id = sessionKeyOf(record)?.id;
      return id === undefined ? undefined : { id: canonical(id) };
    },
    doorOf: (record) => doors.get(record),
  });
  const verdicts = new Map<string, Belonging>();
  return all.flatMap(({ file, record }, index) => {
    let belonging = belongings[index];
    if (belonging?.session === undefined)
      belonging = verdictOn(file.db, record, canonical, verdicts);
    return belonging.session === sid ? [{ record, membership: belonging.membership }] : [];
  });
}

const NOBODYS: Belonging = { membership: "none", session: undefined };

/** Where records are silent their trace's row knows: derived from a session's id, or linked to one. */
function verdictOn(
  db: DatabaseSync,
  { traceId }: TelemetryRecord,
  canonical: (id: string) => string,
  known: Map<string, Belonging>,
): Belonging {
  if (traceId === "") return NOBODYS;
  let verdict = known.get(traceId);
  if (verdict === undefined) {
    const row = prepared(
      db,
      `select belongs, session.sid as sid from trace
         left join session on session.id = coalesce(trace.home, trace.linked) where trace_id = ?`,
    ).get(Buffer.from(traceId, "hex"));
    const sid = row?.["sid"];
    verdict =
      typeof sid === "string"
        ? { membership: row?.["belongs"] === 1 ? "joined" : "linked", session: canonical(sid) }
        : NOBODYS;
    known.set(traceId, verdict);
  }
  return verdict;
}

/** The session's clusters, and those of others that share a trace with it: ancestors may carry what it inherits. */
function clustersOfSession(days: readonly OpenDay[], sid: string): Map<Day, Set<number>> {
  const wanted = new Map<Day, Set<number>>(days.map(({ day }) => [day, new Set()]));
  for (const { db, day } of days) {
    const own = prepared(
      db,
      `with whole (id) as (select id from session where sid = ?)
         select id from whole
         union select session.id from session join whole on session.part_of = whole.id`,
    )
      .all(sid)
      .map((row) => Number(row["id"]));
    for (const cluster of own) {
      wanted.get(day)?.add(cluster);
      for (const row of prepared(db, "select trace from crossing where session = ?").all(cluster))
        for (const other of sharing(db, Number(row["trace"]))) wanted.get(day)?.add(other);
    }
  }
  // Strands, and the strands of older days that they went on from.
  for (const { db, day } of days.toReversed()) {
    const parts = prepared(db, "select day, cluster from part where session = ?");
    const waiting = [...(wanted.get(day) ?? [])];
    for (let owner = waiting.pop(); owner !== undefined; owner = waiting.pop())
      for (const part of parts.all(owner)) {
        const there = wanted.get(String(part["day"]));
        const cluster = Number(part["cluster"]);
        if (there === undefined || there.has(cluster)) continue;
        there.add(cluster);
        if (part["day"] === day) waiting.push(cluster);
      }
  }
  return wanted;
}

/** The clusters that share a trace, unless they are too many for anything to be said about its strand. */
function sharing(db: DatabaseSync, trace: number): readonly number[] {
  const row = prepared(db, "select count(*) as n from crossing where trace = ?").get(trace);
  return Number(row?.["n"]) > CROSSING_KEPT ? [] : clustersOf(db, trace);
}

function blocksOf(db: DatabaseSync, cluster: number): number[] {
  const rows = prepared(db, "select block from cluster_block where cluster = ?").all(cluster);
  return rows.map((row) => Number(row["block"]));
}

function readBlock(db: DatabaseSync, id: number): Uint8Array {
  const row = prepared(db, "select bytes, data from block where id = ?").get(id);
  const data = row?.["data"];
  if (!(data instanceof Uint8Array)) throw new Error(`block ${id} is missing`);
  return zstdDecompressSync(data, { chunkSize: Math.max(Number(row?.["bytes"]), 64) });
}

function recordOf(
  block: Uint8Array,
  { end, kind, origin, start }: BlockEntry,
  origins: ReadonlyMap<number, StoredOrigin>,
): TelemetryRecord {
  const from = origins.get(origin);
  if (from === undefined) throw new Error(`origin ${origin} is missing`);
  const bytes = block.subarray(start, end);
  return kind === "span"
    ? spanRecord(decodeSpan(bytes), from.resource, from.scope)
    : logRecord(decodeLogRecord(bytes), from.resource, from.scope);
}

function cameByDoor(db: DatabaseSync, { kind }: BlockEntry, id: number): boolean {
  const row = prepared(db, `select flags from ${kind} where id = ?`).get(id);
  return (Number(row?.["flags"]) & RECORD_FLAGS.door) !== 0;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
