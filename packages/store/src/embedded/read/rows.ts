import type { SQLOutputValue } from "node:sqlite";
import { stepKinds } from "@throughline/core";
import { clusterOf, CLUSTER_SPAN, LOG_MEANINGS, RECORD_FLAGS } from "../schema/codes.ts";
import { type DayFile, hexOf, textOf } from "./day-file.ts";
import type { Entry } from "./entry.ts";
import type { Pace } from "./pace.ts";

/** A cluster to read, and the session whose id its records carry. */
export interface Place {
  readonly file: DayFile;
  readonly cluster: number;
  /** Undefined for the strands of traces in which nobody carries an id. */
  readonly owner: string | undefined;
  /** Only the records of this trace (row id in the same file). */
  readonly trace?: number;
}

/** Rows of one statement. */
const CHUNK = 4_000;

/** The same columns for both, in the order of RowList. */
const SPANS = `select id, trace, start, flags, origin, lower(hex(span_id)), step,
  case status when 2 then 17 else 0 end, lower(hex(parent_id)), null from span`;
const LOGS = `select id, trace, time, flags, origin, lower(hex(span_id)), step,
  severity, '', stands from log`;

/** The narrow rows of these clusters. */
export async function readEntries(places: readonly Place[], pace: Pace): Promise<Entry[]> {
  const entries: Entry[] = [];
  const traces = new TraceIds();
  for (const place of places)
    for (const select of [SPANS, LOGS])
      for (let from = place.cluster * CLUSTER_SPAN; ;) {
        const rows = chunk(place, select, from);
        for (const row of rows) entries.push(entryOf(place, row, select === SPANS, traces));
        const last = rows.at(-1);
        if (last === undefined || rows.length < CHUNK) break;
        from = Number(last[0]) + 1;
        await pace.rest();
      }
  return entries;
}

/** One record, of which nobody says whose it is. */
export function readEntry(file: DayFile, kind: "span" | "log", id: number): Entry | undefined {
  const isSpan = kind === "span";
  const [row] = file.lists(`${isSpan ? SPANS : LOGS} where id = ?`, id);
  const place: Place = { file, cluster: clusterOf(id), owner: undefined };
  return row && entryOf(place, row, isSpan, new TraceIds());
}

function chunk({ cluster, file, trace }: Place, select: string, from: number): readonly List[] {
  const to = (cluster + 1) * CLUSTER_SPAN;
  return trace === undefined
    ? file.lists(`${select} where id >= ? and id < ? order by id limit ?`, from, to, CHUNK)
    : file.lists(
        `${select} where id >= ? and id < ? and trace = ? order by id limit ?`,
        from,
        to,
        trace,
        CHUNK,
      );
}

type List = readonly SQLOutputValue[];
const NO_LINKS: readonly never[] = [];

function entryOf({ file, owner }: Place, row: List, isSpan: boolean, traces: TraceIds): Entry {
  const [id, trace, micros, said, origin, spanId, step, severity, parentId, stands] = row;
  const flags = Number(said);
  return {
    file,
    id: Number(id),
    kind: isSpan ? "span" : "log",
    open: false,
    traceId: traces.of(file, trace),
    spanId: textOf(spanId),
    parentSpanId: textOf(parentId),
    hasLinks: (flags & RECORD_FLAGS.links) !== 0,
    links: NO_LINKS,
    carried: (flags & RECORD_FLAGS.carried) === 0 ? undefined : owner,
    door: (flags & RECORD_FLAGS.door) === 0 ? undefined : owner,
    micros: Number(micros),
    nanos: 0,
    severity: Number(severity),
    origin: Number(origin),
    again: (flags & RECORD_FLAGS.again) !== 0,
    step: typeof step === "number" ? stepKinds[step] : undefined,
    stands: typeof stands === "number" ? LOG_MEANINGS[stands] : undefined,
    membership: "none",
    session: undefined,
    block: 0,
    start: 0,
    end: 0,
    turn: -1,
    isTurn: false,
  };
}

/** Trace ids by row id: few traces, many records. */
class TraceIds {
  readonly #known = new Map<DayFile, Map<number, string>>();

  of(file: DayFile, trace: unknown): string {
    if (typeof trace !== "number") return "";
    let ids = this.#known.get(file);
    if (ids === undefined) this.#known.set(file, (ids = new Map()));
    let id = ids.get(trace);
    if (id === undefined) {
      id = hexOf(file.get("select trace_id from trace where id = ?", trace)?.["trace_id"]);
      ids.set(trace, id);
    }
    return id;
  }
}
