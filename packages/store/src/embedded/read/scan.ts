import { leastSeverity } from "@throughline/core/session";
import { decodeLogRecord, decodeSpan } from "@throughline/core/otlp";
import { logRecord, spanRecord } from "@throughline/core/record";
import type { RecordQuery } from "../../home.ts";
import { entriesOf, type BlockEntry } from "../blocks/entry.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";
import { blockIds, type Blocks } from "./blocks.ts";
import type { DayFile, Row } from "./day-file.ts";
import { needlesOf, passesOutline, passesRecord } from "./filter.ts";
import { FOREVER, type Hit, type NewestHits } from "./newest-hits.ts";
import type { Candidate } from "./search-clusters.ts";

export interface Found extends Hit {
  readonly file: DayFile;
  readonly kind: "span" | "log";
}

const SPAN = "select id, start as time, status, origin, flags from span";
const LOG = "select id, time, severity, origin, flags from log";

/** A search at work: shown one cluster after the other, it keeps the newest records that pass. */
export class Scan {
  readonly #query: RecordQuery;
  readonly #blocks: Blocks;
  readonly #hits: NewestHits<Found>;
  readonly #isPast: (hit: Hit) => boolean;
  readonly #needles: readonly Buffer[];
  /** A block holds records of several clusters: looked into once, all that pass in it are taken. */
  readonly #seen = new Map<DayFile, Set<number>>();

  /** `isPast` leaves out what earlier pages gave. */
  constructor(
    query: RecordQuery,
    blocks: Blocks,
    hits: NewestHits<Found>,
    isPast: (hit: Hit) => boolean,
  ) {
    this.#query = query;
    this.#blocks = blocks;
    this.#hits = hits;
    this.#isPast = isPast;
    this.#needles = needlesOf(query);
  }

  /** Looks through a cluster, in steps of a few milliseconds. */
  *through({ cluster, file }: Candidate): Generator<void> {
    if (this.#needles.length === 0) {
      yield* this.#rows(file, cluster);
      return;
    }
    let seen = this.#seen.get(file);
    if (seen === undefined) this.#seen.set(file, (seen = new Set()));
    for (const id of blockIds(file, cluster)) {
      if (seen.has(id)) continue;
      seen.add(id);
      const bytes = this.#blocks.peek(file, id);
      if (bytes !== undefined && this.#holds(bytes)) this.#block(file, bytes);
      yield;
    }
  }

  #block(file: DayFile, bytes: Buffer): void {
    for (const entry of entriesOf(bytes)) {
      const record = bytes.subarray(entry.start, entry.end);
      if (this.#holds(record)) this.#record(file, entry, record);
    }
  }

  #holds(bytes: Buffer): boolean {
    return this.#needles.every((needle) => bytes.includes(needle));
  }

  #record(file: DayFile, { cluster, kind, seq }: BlockEntry, bytes: Buffer): void {
    const select = kind === "span" ? SPAN : LOG;
    const row = file.get(`${select} where id = ?`, cluster * CLUSTER_SPAN + seq);
    if (row === undefined) return;
    const found = this.#passing(file, row, kind);
    if (found === undefined) return;
    const { resource, scope } = file.origin(Number(row["origin"]));
    const record =
      kind === "span"
        ? spanRecord(decodeSpan(bytes), resource, scope)
        : logRecord(decodeLogRecord(bytes), resource, scope);
    if (passesRecord(this.#query, record)) this.#hits.add(found);
  }

  /** Without a text to look for the narrow rows say all. */
  *#rows(file: DayFile, cluster: number): Generator<void> {
    const { errors, kind, level, since = 0, until = FOREVER } = this.#query;
    const range = [since * 1000, until * 1000] as const;
    const failed = errors === true || level !== undefined;
    const least = Math.max(errors === true ? 17 : 0, leastSeverity(level ?? "") ?? 0);
    if (kind !== "log")
      yield* this.#chunks(
        file,
        "span",
        cluster,
        `start between ? and ? and (status = 2 or not ?)`,
        [...range, Number(failed)],
      );
    if (kind !== "span")
      yield* this.#chunks(file, "log", cluster, "time between ? and ? and severity >= ?", [
        ...range,
        least,
      ]);
  }

  *#chunks(
    file: DayFile,
    kind: "span" | "log",
    cluster: number,
    where: string,
    values: readonly number[],
  ): Generator<void> {
    const select = `${kind === "span" ? SPAN : LOG} where id >= ? and id < ? and ${where} order by id limit ?`;
    const to = (cluster + 1) * CLUSTER_SPAN;
    for (let from = cluster * CLUSTER_SPAN, more = true; more;) {
      const rows = file.all(select, from, to, ...values, CHUNK);
      for (const row of rows) {
        const found = this.#passing(file, row, kind);
        if (found !== undefined) this.#hits.add(found);
      }
      from = Number(rows.at(-1)?.["id"] ?? 0) + 1;
      more = rows.length === CHUNK;
      yield;
    }
  }

  #passing(file: DayFile, row: Row, kind: "span" | "log"): Found | undefined {
    if ((Number(row["flags"]) & RECORD_FLAGS.again) !== 0) return undefined;
    const micros = Number(row["time"]);
    const found: Found = { file, day: file.day, id: Number(row["id"]), kind, micros };
    if (!this.#hits.wants(micros) || this.#isPast(found)) return undefined;
    const severity = kind === "log" ? Number(row["severity"]) : row["status"] === 2 ? 17 : 0;
    const { service } = file.origin(Number(row["origin"]));
    return passesOutline(this.#query, { kind, micros, severity, service }) ? found : undefined;
  }
}

/** Rows of one statement. */
const CHUNK = 5_000;
