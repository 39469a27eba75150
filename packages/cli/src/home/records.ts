import type { SessionRecord } from "@throughline/core/session";
import type { RecordQuery, SessionReader } from "@throughline/store";

import type { Progress } from "../progress.ts";

const perPage = 1_000;

/** Every record of a session that passes, page after page; at most `limit`. */
export async function* recordsOf(
  reader: SessionReader,
  id: string,
  { limit = Number.POSITIVE_INFINITY, ...query }: RecordQuery,
): AsyncGenerator<SessionRecord> {
  let left = limit;
  let cursor: string | undefined;
  while (left > 0) {
    const page = await reader.records(id, {
      ...query,
      limit: Math.min(left, perPage),
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.records;
    left -= page.records.length;
    if (page.next === null) return;
    cursor = page.next;
  }
}

export async function allRecordsOf(
  reader: SessionReader,
  id: string,
  query: RecordQuery,
  progress?: Progress,
): Promise<SessionRecord[]> {
  const records: SessionRecord[] = [];
  for await (const record of recordsOf(reader, id, query)) {
    records.push(record);
    progress?.say(`${records.length} records read`);
  }
  progress?.clear();
  return records;
}
