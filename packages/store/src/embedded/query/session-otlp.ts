import type { OtlpPiece } from "../../home.ts";
import { readCursor, writeCursor } from "../read/cursor.ts";
import { type Entry, recordIdOf } from "../read/entry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader, SessionLook } from "../read/reader.ts";
import { Moved } from "../read/records.ts";
import { requestOf } from "./raw-origins.ts";

export interface OtlpAsked {
  readonly id: string;
  readonly record: string | null;
  readonly cursor: string | null;
}

export interface OtlpPage {
  readonly pieces: readonly OtlpPiece[];
  readonly next: string | null;
}

/** What one page holds, and at most one record more. */
const PAGE_BYTES = 1024 * 1024;
const PAGE_RECORDS = 1_000;

/** The records of a session as they were sent, in order of start: a request of traces and one of logs a page. */
export async function sessionOtlp(
  reader: Reader,
  { cursor, id, record }: OtlpAsked,
  pace: Pace,
): Promise<OtlpPage> {
  const session = reader.find(id);
  if (session === undefined) return { pieces: [], next: null };
  const from = cursor === null ? 0 : readCursor(cursor, ["otlp"], ["number"])[0];
  const page = async ({ entries }: SessionLook): Promise<OtlpPage> => {
    const kept = entries.filter((entry) =>
      record === null ? !entry.open : isNamed(entry, record),
    );
    const taken: Entry[] = [];
    let size = 0;
    let at = from;
    for (; at < kept.length && size < PAGE_BYTES && taken.length < PAGE_RECORDS; at++) {
      const entry = kept[at];
      if (entry === undefined) break;
      taken.push(entry);
      size += entry.end - entry.start;
      await pace.rest();
    }
    const next = at < kept.length ? writeCursor("otlp", at) : null;
    return { pieces: piecesOf(reader, taken), next };
  };
  return reader.with(session, pace, page, cursor !== null);
}

/** What stands for a span that has not ended is the log record that announced it. */
function isNamed(entry: Entry, record: string): boolean {
  return recordIdOf({ ...entry, open: false }) === record.replace(/\.open$/, "") && !entry.open;
}

function piecesOf({ blocks }: Reader, entries: readonly Entry[]): OtlpPiece[] {
  const raw = entries.map((entry) => {
    const block = blocks.get(entry.file, entry.block);
    if (block === undefined) throw new Moved();
    return { ...entry, bytes: block.subarray(entry.start, entry.end) };
  });
  const spans = raw.filter(({ kind }) => kind === "span");
  const logs = raw.filter(({ kind }) => kind === "log");
  return [
    ...(spans.length > 0 ? [{ signal: "traces", body: requestOf(spans) } as const] : []),
    ...(logs.length > 0 ? [{ signal: "logs", body: requestOf(logs) } as const] : []),
  ];
}
