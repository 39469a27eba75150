import { type DayFile, hexOf, type Row, textOf } from "./day-file.ts";
import type { Days } from "./days.ts";
import {
  clustersOfSession,
  rowIn,
  sessionRow,
  SESSION_COLUMNS,
  type SessionRow,
} from "./find-session.ts";
import type { Place } from "./rows.ts";

/** A trace of more sessions than this is a shared worker's; the writer leaves open to whom its loose records belong. */
const MOST_CROSSING = 64;

/** Every cluster with records of a session, and what else is needed to say which of them are its own. */
export function placesOfSession(days: Days, rows: readonly SessionRow[]): readonly Place[] {
  const places = new Places(days);
  const crossing = new Set<string>();
  for (const { file, id, sid } of rows)
    for (const cluster of clustersOfSession({ file, id })) {
      places.add(file, cluster, sid);
      for (const trace of crossingTraces(file, cluster)) crossing.add(hexOf(trace["id"]));
    }
  for (const traceId of crossing) places.addTrace(Buffer.from(traceId, "hex"));
  return places.all;
}

/** Every cluster with records of a trace. */
export function placesOfTrace(days: Days, traceId: Buffer): readonly Place[] {
  const places = new Places(days);
  places.addTrace(traceId);
  return places.all;
}

/** A strand, and the older ones that it goes on from. */
export function placesOfStrand(days: Days, file: DayFile, cluster: number): readonly Place[] {
  const places = new Places(days);
  places.add(file, cluster, undefined);
  return places.all;
}

function crossingTraces(file: DayFile, cluster: number): readonly Row[] {
  return file.all(
    `select trace.trace_id as id from crossing join trace on trace.id = crossing.trace
     where crossing.session = ?`,
    cluster,
  );
}

class Places {
  readonly all: Place[] = [];
  readonly #days: Days;
  readonly #seen = new Set<string>();

  constructor(days: Days) {
    this.#days = days;
  }

  /** A cluster, and what became part of it since: strands, their older halves, the overflow of what was full. */
  add(file: DayFile, cluster: number, owner: string | undefined): void {
    if (this.#isKnown(file, cluster)) return;
    this.all.push({ file, cluster, owner });
    for (const row of file.all("select day, cluster from part where session = ?", cluster)) {
      const day = this.#days.at(textOf(row["day"]));
      if (day !== undefined) this.add(day, Number(row["cluster"]), owner);
    }
  }

  /** The records of one trace, in whatever sessions they are. */
  addTrace(traceId: Buffer): void {
    for (const file of this.#days.all) {
      const trace = file.get("select id, home, strand from trace where trace_id = ?", traceId);
      if (trace === undefined) continue;
      const id = Number(trace["id"]);
      for (const session of this.#sessionsIn(file, id, trace["home"]))
        for (const cluster of clustersOfSession(session)) {
          if (this.#isKnown(file, cluster, id)) continue;
          this.all.push({ file, cluster, owner: session.sid, trace: id });
        }
      if (typeof trace["strand"] === "number") this.add(file, trace["strand"], undefined);
    }
  }

  #sessionsIn(file: DayFile, trace: number, home: unknown): readonly SessionRow[] {
    const crossing = file.all(
      "select session from crossing where trace = ? limit ?",
      trace,
      MOST_CROSSING + 1,
    );
    if (crossing.length > MOST_CROSSING) return [];
    const ids = [home, ...crossing.map((row) => row["session"])];
    return ids.flatMap((id) => (typeof id === "number" ? (wholeOf(file, id) ?? []) : []));
  }

  /** Whether the cluster is there already, as a whole or as far as this trace goes. */
  #isKnown(file: DayFile, cluster: number, trace?: number): boolean {
    const whole = `${file.day} ${cluster}`;
    if (this.#seen.has(whole)) return true;
    const key = trace === undefined ? whole : `${whole} ${trace}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }
}

/** The session that a cluster is, or became part of. */
export function wholeOf(file: DayFile, cluster: number): SessionRow | undefined {
  const row = file.get(`select ${SESSION_COLUMNS} from session where id = ?`, cluster);
  if (row === undefined || typeof row["sid"] !== "string") return undefined;
  return typeof row["part_of"] === "number" ? rowIn(file, row["sid"]) : sessionRow(file, row);
}
