/** Reads a data directory without the store's own readers: every record, decoded, and what it should add up to. */
import { DatabaseSync } from "node:sqlite";
import { zstdDecompressSync } from "node:zlib";
import { sessionKeyOf } from "@throughline/core/dialects";
import { resolve } from "@throughline/core/membership";
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from "@throughline/core/otlp";
import {
  logRecord,
  plainResource,
  plainScope,
  spanRecord,
  type Resource,
  type Scope,
  type TelemetryRecord,
} from "@throughline/core/record";
import { summarise, type SessionMember, type Summary } from "@throughline/core/session";
import { entriesOf } from "../../../src/embedded/blocks/entry.ts";
import { daysIn, pathOfDay } from "../../../src/embedded/days/files.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../../../src/embedded/schema/codes.ts";
import { summaryOfRow, type SummaryRow } from "../../../src/embedded/schema/session-row.ts";
import { createPricer } from "../../../src/price.ts";

export interface StoredRecord {
  readonly day: string;
  readonly id: number;
  readonly flags: number;
  readonly record: TelemetryRecord;
}

type Row = Record<string, unknown>;

export interface ReadBack {
  readonly records: readonly StoredRecord[];
  /** The newest row of each session. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Canonical session of each alias. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What the rows say, and what the records add up to, by session. */
  readonly said: ReadonlyMap<string, Summary>;
  readonly counted: ReadonlyMap<string, Summary>;
}

export function readBack(directory: string): ReadBack {
  const records: StoredRecord[] = [];
  const rows = new Map<string, Row>();
  const aliases = new Map<string, string>();
  const doors = new Map<TelemetryRecord, string>();
  for (const day of daysIn(directory)) {
    const db = new DatabaseSync(pathOfDay(directory, day), { readOnly: true });
    const clusters = new Map<number, Row>();
    for (const row of db.prepare("select * from session").all())
      clusters.set(Number(row["id"]), row);
    const sidOf = (cluster: number): string => {
      const row = clusters.get(cluster);
      return String((clusters.get(Number(row?.["part_of"])) ?? row)?.["sid"]);
    };
    for (const [id, row] of clusters) {
      const { part_of: whole, sid } = row;
      if (typeof sid !== "string") continue;
      if (whole === null) rows.set(sid, row);
      else aliases.set(sid, sidOf(id));
    }
    for (const row of db.prepare("select * from alias").all())
      aliases.set(String(row["id"]), sidOf(Number(row["session"])));
    for (const stored of recordsIn(db, day)) {
      records.push(stored);
      if ((stored.flags & RECORD_FLAGS.door) !== 0)
        doors.set(stored.record, sidOf(Math.floor(stored.id / CLUSTER_SPAN)));
    }
    db.close();
  }
  for (const alias of aliases.keys()) rows.delete(alias);
  const said = new Map([...rows].map(([sid, row]) => [sid, summaryOfRow(row as SummaryRow)]));
  return { records, rows, aliases, said, counted: count(records, aliases, doors, rows) };
}

function count(
  stored: readonly StoredRecord[],
  aliases: ReadonlyMap<string, string>,
  doors: ReadonlyMap<TelemetryRecord, string>,
  rows: ReadonlyMap<string, Row>,
): Map<string, Summary> {
  const records = stored.map(({ record }) => record);
  const { belongings } = resolve(records, {
    keyOf: (record) => {
      const id = sessionKeyOf(record)?.id;
      return id === undefined ? undefined : { id: aliases.get(id) ?? id };
    },
    doorOf: (record) => doors.get(record),
  });
  const members = new Map<string, SessionMember[]>([...rows.keys()].map((sid) => [sid, []]));
  for (const [index, { membership, session }] of belongings.entries()) {
    if (session === undefined) continue;
    const member = { record: records[index]!, membership };
    members.set(session, [...(members.get(session) ?? []), member]);
  }
  const price = createPricer();
  return new Map([...members].map(([sid, all]) => [sid, summarise(all, { price })]));
}

function recordsIn(db: DatabaseSync, day: string): StoredRecord[] {
  const origins = originsIn(db);
  const flags = new Map<number, number>();
  for (const table of ["span", "log"])
    for (const row of db.prepare(`select id, flags from ${table}`).all())
      flags.set(Number(row["id"]), Number(row["flags"]));
  const found: StoredRecord[] = [];
  for (const { data } of db.prepare("select data from block order by id").all()) {
    const block = zstdDecompressSync(data as Uint8Array);
    for (const entry of entriesOf(block)) {
      const id = entry.cluster * CLUSTER_SPAN + entry.seq;
      const bytes = block.subarray(entry.start, entry.end);
      const { resource, scope } = origins.get(entry.origin)!;
      const record =
        entry.kind === "span"
          ? spanRecord(decodeSpan(bytes), resource, scope)
          : logRecord(decodeLogRecord(bytes), resource, scope);
      found.push({ day, id, flags: flags.get(id) ?? -1, record });
    }
  }
  if (found.length !== flags.size)
    throw new Error(`${day}: ${found.length} records in blocks, ${flags.size} rows`);
  return found.toSorted((one, other) => one.id - other.id);
}

function originsIn(db: DatabaseSync): Map<number, { resource: Resource; scope: Scope }> {
  const all = db
    .prepare(
      "select origin.id as id, resource.data as resource, scope.data as scope from origin join resource on resource.id = resource join scope on scope.id = scope",
    )
    .all();
  return new Map(
    all.map((row) => [
      Number(row["id"]),
      {
        resource: plainResource(decodeResource(row["resource"] as Uint8Array)),
        scope: plainScope(decodeScope(row["scope"] as Uint8Array)),
      },
    ]),
  );
}
