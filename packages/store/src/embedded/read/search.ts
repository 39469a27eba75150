import type { RecordPage, RecordQuery } from "../../home.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { FOREVER, type Hit, newestFirst, NewestHits } from "./newest-hits.ts";
import type { Pace } from "./pace.ts";
import type { Reader } from "./reader.ts";
import { type Found, Scan } from "./scan.ts";
import { candidatesIn } from "./search-clusters.ts";
import { describe } from "./search-hits.ts";

const LIMIT = 100;
const MOST = 1_000;

/**
 * Records of all sessions, and of none, newest first by the microsecond. Clusters are looked through from the youngest on until
 * no older one can hold anything newer than what was found; text is looked for in the bytes of whole blocks before any
 * record is decoded.
 */
export async function searchRecords(
  reader: Reader,
  query: RecordQuery & { readonly since: number },
  pace: Pace,
): Promise<RecordPage> {
  const { until = FOREVER } = query;
  const limit = Math.min(query.limit ?? LIMIT, MOST);
  const after = query.cursor === undefined ? undefined : readPosition(query.cursor);
  const isPast = (hit: Hit): boolean => after !== undefined && newestFirst(hit, after) <= 0;
  const newest = after === undefined ? until * 1000 : Math.min(until * 1000, after.micros);
  const candidates = await candidatesIn(reader.days, query.since * 1000, newest, pace);
  // One more than asked for tells whether there is more.
  const hits = new NewestHits<Found>(limit + 1);
  const scan = new Scan(query, reader.blocks, hits, isPast);
  let looked = 0;
  for (const candidate of candidates) {
    if (pace.spent || !hits.wants(candidate.last)) break;
    const steps = scan.through(candidate);
    while (steps.next().done !== true && !pace.spent) await pace.rest();
    looked++;
  }
  const partial = pace.spent
    ? `Time ran out after ${looked} of ${candidates.length} sessions and traces in this window, the newest ones; ask for a narrower window.`
    : undefined;
  const found = hits.sorted();
  const given = found.slice(0, limit);
  const last = given.at(-1);
  const more = found.length > limit && last !== undefined;
  return {
    records: await describe(reader, given, pace),
    next: more ? writeCursor("search", last.micros, last.day, last.id) : null,
    ...(partial !== undefined && { partial }),
  };
}

function readPosition(cursor: string): Hit {
  const [micros, day, id] = readCursor(cursor, ["search"], ["number", "text", "number"]);
  return { micros, day, id };
}
