import type { SessionRecord } from "@throughline/core/session";
import { clusterOf, seqOf } from "../schema/codes.ts";
import type { Entry } from "./entry.ts";
import { isInTurn, passesOutline, passesRecord } from "./filter.ts";
import type { Pace } from "./pace.ts";
import { placesOfStrand } from "./places.ts";
import type { StrandAsked } from "./protocol.ts";
import type { Reader } from "./reader.ts";
import { jsonOf, readRecord } from "./records.ts";
import { outlineOf } from "./session-records.ts";

/** Records that had come in before anybody knew whose they are, in order of arrival. */
export async function strandRecords(
  reader: Reader,
  { before, cluster, day, query, session: id }: StrandAsked,
  pace: Pace,
): Promise<(SessionRecord | null)[]> {
  const session = reader.find(id);
  const file = reader.days.at(day);
  if (session === undefined || file === undefined) return [];
  const strand = new Set(
    placesOfStrand(reader.days, file, cluster).map((place) => `${place.file.day} ${place.cluster}`),
  );
  return reader.with(session, pace, async ({ entries }) => {
    const early = entries.filter((entry) => {
      const own = clusterOf(entry.id);
      if (entry.open || !strand.has(`${entry.file.day} ${own}`)) return false;
      return own !== cluster || entry.file !== file || seqOf(entry.id) < before;
    });
    const records: (SessionRecord | null)[] = [];
    for (const entry of early.toSorted(byArrival)) {
      const record = readRecord(entry, reader.blocks);
      const wanted = passesOutline(query, outlineOf(entry)) && passesRecord(query, record);
      records.push(wanted && isInTurn(query, record) ? jsonOf(entry, record, false) : null);
      await pace.rest();
    }
    return records;
  });
}

function byArrival(one: Entry, other: Entry): number {
  return one.file.day === other.file.day
    ? one.id - other.id
    : one.file.day < other.file.day
      ? -1
      : 1;
}
