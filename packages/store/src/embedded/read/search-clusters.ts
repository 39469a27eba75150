import { dayOf } from "../days/day.ts";
import type { DayFile } from "./day-file.ts";
import type { Days } from "./days.ts";
import type { Pace } from "./pace.ts";

const DAY_MS = 86_400_000;
const CHUNK = 10_000;

/** A cluster that may hold records of a window: none of them is older than `first` or younger than `last`. Microseconds. */
export interface Candidate {
  readonly file: DayFile;
  readonly cluster: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Clusters with records in a window, the youngest first. Sessions and strands alone are looked at, not their records: some
 * 100,000 in 0.1 s.
 */
export async function candidatesIn(
  days: Days,
  since: number,
  until: number,
  pace: Pace,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  // A record came in after it began; a day is what an emitter's clock may be ahead.
  const oldest = dayOf(since / 1000 - DAY_MS);
  for (const file of days.all) {
    if (file.day < oldest) break;
    for (const [cluster, { first, last }] of await spansOfTime(file, pace))
      if (last >= since && first <= until) candidates.push({ file, cluster, first, last });
  }
  return candidates.toSorted((one, other) => other.last - one.last);
}

/** While a session waits for a recount its row may lag behind its records. */
const FIRST = "case session.unsettled when 1 then -9e999 else session.first end as first";
const LAST = "case session.unsettled when 1 then 9e999 else session.last end as last";

interface Span {
  first: number;
  last: number;
}

/**
 * From when to when the records of each cluster are. What became part of a session counts in that session's row, from then
 * on, and no longer in its own.
 */
async function spansOfTime(file: DayFile, pace: Pace): Promise<Map<number, Span>> {
  const spans = new Map<number, Span>();
  const see = (cluster: unknown, first: unknown, last: unknown): void => {
    if (typeof first !== "number" || typeof last !== "number") return;
    const span = spans.get(Number(cluster));
    if (span === undefined) spans.set(Number(cluster), { first, last });
    else {
      span.first = Math.min(span.first, first);
      span.last = Math.max(span.last, last);
    }
  };
  for (let after = 0, more = true; more;) {
    const rows = file.all(
      `select id, ${FIRST}, ${LAST} from session where id > ? order by id limit ?`,
      after,
      CHUNK,
    );
    for (const row of rows) see(row["id"], row["first"], row["last"]);
    after = Number(rows.at(-1)?.["id"] ?? 0);
    more = rows.length === CHUNK;
    await pace.rest();
  }
  for (let after: readonly [number, number] = [0, 0], more = true; more;) {
    const rows = file.all(
      `select part.session as session, part.cluster as cluster, ${FIRST}, ${LAST}
       from part join session on session.id = part.session
       where (part.session, part.cluster) > (?, ?) and part.day = ?
       order by part.session, part.cluster limit ?`,
      ...after,
      file.day,
      CHUNK,
    );
    for (const row of rows) see(row["cluster"], row["first"], row["last"]);
    const end = rows.at(-1);
    after = [Number(end?.["session"] ?? 0), Number(end?.["cluster"] ?? 0)];
    more = rows.length === CHUNK;
    await pace.rest();
  }
  // Of a trace of several sessions nobody counts what belongs to none of them.
  for (let after = 0, more = true; more;) {
    const rows = file.all(
      "select id, strand from trace where id > ? and belongs = 2 and strand is not null order by id limit ?",
      after,
      CHUNK,
    );
    for (const row of rows) see(row["strand"], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    after = Number(rows.at(-1)?.["id"] ?? 0);
    more = rows.length === CHUNK;
    await pace.rest();
  }
  return spans;
}
