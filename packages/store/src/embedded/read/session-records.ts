import type { RecordQuery } from "../../home.ts";
import { afterCommit } from "../live/cursor.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Entry } from "./entry.ts";
import { asksRecord, type Outline, passesOutline, passesRecord } from "./filter.ts";
import type { Pace } from "./pace.ts";
import type { Reader, SessionLook } from "./reader.ts";
import { readRecord, textOf } from "./records.ts";
import { TextPage } from "./text-page.ts";
import { turnFilter } from "./turn-filter.ts";

const LIMIT = 500;
const MOST = 5_000;
export const OUT_OF_TIME = "The time for one answer was used up; the cursor goes on from there.";

/** A session's records in order. Pages of one session cost what they hold: where the rest stands is remembered. */
export async function sessionRecords(
  reader: Reader,
  id: string,
  query: RecordQuery,
  pace: Pace,
): Promise<TextPage> {
  const after = query.cursor === undefined ? undefined : readPosition(query.cursor);
  const session = reader.find(id);
  if (session === undefined)
    return new TextPage([], { next: null, live: afterCommit(reader.commit) });
  const page = async ({ commit, entries, turns }: SessionLook): Promise<TextPage> => {
    const live = afterCommit(commit);
    const limit = Math.min(query.limit ?? LIMIT, MOST);
    const interrupted = reader.isOver(session);
    const inTurn = turnFilter(query.turn, turns, reader.blocks);
    const asks = asksRecord(query) || inTurn !== undefined;
    const records: string[] = [];
    let given: Entry | undefined;
    const first = after === undefined ? 0 : firstAfter(entries, after);
    for (let at = first; ; at++) {
      const entry = entries[at];
      if (entry === undefined) return new TextPage(records, { next: null, live });
      if (pace.isDue) {
        const before = entries[at - 1];
        if (at > first && before !== undefined && pace.spent)
          return new TextPage(records, { next: cursorAt(before), live, partial: OUT_OF_TIME });
        await pace.rest();
      }
      if (!passesOutline(query, outlineOf(entry))) continue;
      const full = records.length === limit ? given : undefined;
      if (asks) {
        const record = readRecord(entry, reader.blocks);
        if (!passesRecord(query, record) || inTurn?.(entry, record) === false) continue;
      }
      if (full !== undefined) return new TextPage(records, { next: cursorAt(full), live });
      records.push(textOf(entry, reader.blocks, interrupted));
      given = entry;
    }
  };
  return reader.with(session, pace, page, after !== undefined);
}

export function outlineOf({ file, kind, micros, origin, severity }: Entry): Outline {
  return { kind, micros, severity, service: file.origin(origin).service };
}

type Position = readonly [micros: number, nanos: number, day: string, id: number, open: number];

function cursorAt({ file, id, micros, nanos, open }: Entry): string {
  return writeCursor("records", micros, nanos, file.day, id, Number(open));
}

function readPosition(cursor: string): Position {
  return readCursor(cursor, ["records"], ["number", "number", "text", "number", "number"]);
}

function firstAfter(entries: readonly Entry[], position: Position): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && isAfter(entry, position)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isAfter(entry: Entry, [micros, nanos, day, id, open]: Position): boolean {
  if (entry.micros !== micros) return entry.micros > micros;
  if (entry.nanos !== nanos) return entry.nanos > nanos;
  if (entry.file.day !== day) return entry.file.day > day;
  if (entry.id !== id) return entry.id > id;
  return Number(entry.open) > open;
}
