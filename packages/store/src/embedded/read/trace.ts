import { byStart } from "./entry.ts";
import { settleMembership } from "./membership.ts";
import { unfinished } from "./opened.ts";
import type { Pace } from "./pace.ts";
import { placesOfTrace } from "./places.ts";
import type { Reader } from "./reader.ts";
import { locate, textOf } from "./records.ts";
import { readEntries } from "./rows.ts";
import { TextPage } from "./text-page.ts";
import { settleTurns } from "./turns.ts";

/** Well beyond what any trace should have (CONTRACT C19 says 2,000); a runaway one is cut and says so. */
const MOST = 20_000;

/** Every record of one trace, whichever sessions they belong to. */
export async function traceRecords(reader: Reader, traceId: string, pace: Pace): Promise<TextPage> {
  const id = traceId.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id)) return new TextPage([], { next: null });
  const { blocks, days } = reader;
  const all = await readEntries(placesOfTrace(days, Buffer.from(id, "hex")), pace);
  const whole = all.filter((entry) => entry.traceId === id);
  await settleMembership(days, blocks, whole, pace);
  const entries = whole.filter(({ again }) => !again).toSorted(byStart);
  const found = entries.length;
  entries.length = Math.min(found, MOST);
  await locate(entries, blocks, pace);
  entries.push(...unfinished(entries, blocks));
  entries.sort(byStart);
  settleTurns(entries);
  const isOver = new Map<string, boolean>();
  const records: string[] = [];
  for (const entry of entries) {
    records.push(textOf(entry, blocks, overIn(reader, entry.session, isOver)));
    await pace.rest();
  }
  return new TextPage(records, {
    next: null,
    ...(found > MOST && {
      partial: `The trace has ${found} records; these are the first ${MOST}.`,
    }),
  });
}

/** Whether the session that unfinished work belongs to has fallen silent. */
export function overIn(
  reader: Reader,
  session: string | undefined,
  known: Map<string, boolean>,
): boolean {
  if (session === undefined) return false;
  let over = known.get(session);
  if (over === undefined) {
    const row = reader.find(session);
    over = row !== undefined && reader.isOver(row);
    known.set(session, over);
  }
  return over;
}
