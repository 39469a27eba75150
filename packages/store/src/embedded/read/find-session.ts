import { SUMMARY_COLUMNS, type SummaryRow } from "../schema/session-row.ts";
import { type DayFile, type Row, textOf } from "./day-file.ts";
import type { Days } from "./days.ts";

/** A session's row in one day's file. The newest one is the session. */
export interface SessionRow {
  readonly file: DayFile;
  readonly id: number;
  readonly sid: string;
  readonly row: Row & SummaryRow;
}

export const SESSION_COLUMNS: string = [
  "id",
  "sid",
  "part_of",
  "since",
  "seen",
  "findings",
  ...SUMMARY_COLUMNS,
].join(", ");

const BY_SID = `select ${SESSION_COLUMNS} from session where sid = ?`;
const BY_ID = `select ${SESSION_COLUMNS} from session where id = ?`;

/** The session that an id or alias means, as the newest file that knows it has it. */
export function findSession(days: Days, id: string): SessionRow | undefined {
  const found = newestRow(days, id);
  if (found === undefined || found.sid === id) return found;
  // An older file knew the alias; a newer one may know the session by its own name alone.
  return newestRow(days, found.sid) ?? found;
}

/** The rows of a session in all files, newest first. */
export function rowsOfSession(days: Days, newest: SessionRow): readonly SessionRow[] {
  const rows = [newest];
  const { since } = newest.row;
  if (typeof since !== "string") return rows;
  for (const file of days.all) {
    if (file.day >= newest.file.day || file.day < since) continue;
    const older = rowIn(file, newest.sid);
    if (older !== undefined) rows.push(older);
  }
  return rows;
}

export function rowIn(file: DayFile, id: string): SessionRow | undefined {
  const row = file.get(BY_SID, id) ?? aliased(file, id);
  const partOf = row?.["part_of"];
  const whole = typeof partOf === "number" ? file.get(BY_ID, partOf) : row;
  return whole === undefined ? undefined : sessionRow(file, whole);
}

/** `row` was selected with SESSION_COLUMNS. */
export function sessionRow(file: DayFile, row: Row): SessionRow {
  return { file, id: Number(row["id"]), sid: textOf(row["sid"]), row: row as Row & SummaryRow };
}

/** The session's own cluster and those of sessions that became part of it. */
export function clustersOfSession({
  file,
  id,
}: Pick<SessionRow, "file" | "id">): readonly number[] {
  const parts = file.all("select id from session where part_of = ?", id);
  return [id, ...parts.map((part) => Number(part["id"]))];
}

/** Other ids of the session, in order. A new day's file takes over all that are known. */
export function aliasesOf({ file, id, sid }: SessionRow): readonly string[] {
  return file
    .all("select id from alias where session = ? order by id", id)
    .map((row) => textOf(row["id"]))
    .filter((alias) => alias !== sid);
}

function newestRow(days: Days, id: string): SessionRow | undefined {
  for (const file of days.all) {
    const found = rowIn(file, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function aliased(file: DayFile, id: string): Row | undefined {
  const session = file.get("select session from alias where id = ?", id)?.["session"];
  return typeof session === "number" ? file.get(BY_ID, session) : undefined;
}
