import type { SQLInputValue } from "node:sqlite";
import type { SessionQuery } from "../../home.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { type DayFile, textOf } from "./day-file.ts";
import { rowIn, type SessionRow } from "./find-session.ts";
import { mergeSorted } from "./merge.ts";
import type { Pace } from "./pace.ts";

const LIMIT = 100;
const MOST = 1_000;
/** Rows that one statement walks over before shorter questions get their turn. */
const CHUNK = 500;

type Sort = NonNullable<SessionQuery["sort"]>;

/** Largest first. Only `last` has an index; the others look at every session in the window, none of its records. */
const KEYS: Readonly<Record<Sort, string>> = {
  last: "last",
  duration: "(last - first)",
  cost: "ifnull(cost, -1)",
  errors: "errors",
};

interface Candidate {
  readonly file: DayFile;
  readonly key: number;
  readonly sid: string;
}

/**
 * Sessions in the order of a number that may change while pages are read: a cursor is the number and the id of the last one
 * given. What keeps its number comes exactly once. What grows meanwhile moves to the front: it does not come again, and who
 * must not miss it follows live.
 */
export async function listSessions(
  files: readonly DayFile[],
  query: SessionQuery,
  pace: Pace,
): Promise<{ readonly rows: readonly SessionRow[]; readonly next: string | null }> {
  const sort = query.sort ?? "last";
  const limit = Math.min(query.limit ?? LIMIT, MOST);
  const after = readPosition(query.cursor, sort);
  const rows: SessionRow[] = [];
  let last: Candidate | undefined;
  const all = files.map((file) => candidates(file, query, sort, after, pace));
  for await (const candidate of mergeSorted(all, byKey)) {
    const row = newest(files, candidate);
    if (row === undefined) continue;
    if (rows.length === limit && last !== undefined)
      return { rows, next: writeCursor("sessions", sort, last.key, last.sid) };
    rows.push(row);
    last = candidate;
  }
  return { rows, next: null };
}

interface Position {
  readonly key: number;
  readonly sid: string;
}

const BEGINNING: Position = { key: Number.MAX_VALUE, sid: "" };

function readPosition(cursor: string | undefined, sort: Sort): Position {
  if (cursor === undefined) return BEGINNING;
  const [key, sid] = readCursor(cursor, ["sessions", sort], ["number", "text"]);
  return { key, sid };
}

/** Only rows that no newer file has again: a session's newest row is the session. */
function newest(files: readonly DayFile[], { file, sid }: Candidate): SessionRow | undefined {
  for (const newer of files) {
    if (newer.day <= file.day) break;
    if (rowIn(newer, sid) !== undefined) return undefined;
  }
  return rowIn(file, sid);
}

/** In the order of SQLite, which compares text by its bytes. */
function byKey(one: Candidate, other: Candidate): number {
  return other.key - one.key || Buffer.compare(Buffer.from(other.sid), Buffer.from(one.sid));
}

async function* candidates(
  file: DayFile,
  query: SessionQuery,
  sort: Sort,
  after: Position,
  pace: Pace,
): AsyncGenerator<Candidate> {
  const { conditions, values } = filters(query);
  const key = KEYS[sort];
  const filter = conditions.join(" and ");
  // Along the index every row is told, so that walking over many that do not pass can be interrupted.
  const text = `select sid, ${key} as key, (${filter}) as passes from session
    where sid is not null and part_of is null and last >= ?1
      and ${key} <= ?2 and (${key} < ?2 or sid < ?3) ${sort === "last" ? "" : `and ${filter}`}
    order by ${key} desc, sid desc limit ?4`;
  const since = (query.since ?? 0) * 1000;
  // One more than is asked for tells whether there is more; where rows are filtered out there is another chunk.
  let chunk = Math.min((query.limit ?? LIMIT) + 1, CHUNK);
  for (let position = after; ; chunk = CHUNK) {
    const rows = file.all(text, since, position.key, position.sid, chunk, ...values);
    for (const row of rows) {
      position = { key: Number(row["key"]), sid: textOf(row["sid"]) };
      if (row["passes"] === 1) yield { file, ...position };
    }
    if (rows.length < chunk) return;
    await pace.rest();
  }
}

interface Filters {
  readonly conditions: readonly string[];
  readonly values: readonly SQLInputValue[];
}

/** Numbered from ?5 on. */
function filters({ errors, grep, service, until }: SessionQuery): Filters {
  const conditions = ["1"];
  const values: SQLInputValue[] = [];
  const value = (given: SQLInputValue): string => `?${values.push(given) + 4}`;
  if (until !== undefined) conditions.push(`first <= ${value(until * 1000)}`);
  if (errors === true) conditions.push("errors > 0");
  // A list of JSON strings holds a whole one exactly where its quoted form stands.
  if (service !== undefined)
    conditions.push(`instr(services, ${value(JSON.stringify(service))}) > 0`);
  if (grep !== undefined && grep !== "") {
    const plain = value(grep);
    const quoted = value(JSON.stringify(grep).slice(1, -1));
    const words = ["sid", "agent", "channel_type", "channel_id"].map(
      (column) => `ifnull(instr(${column}, ${plain}), 0) > 0`,
    );
    const lists = ["services", "models"].map((column) => `instr(${column}, ${quoted}) > 0`);
    const alias = `id in (select session from alias where instr(alias.id, ${plain}) > 0)`;
    conditions.push(`(${[...words, ...lists, alias].join(" or ")})`);
  }
  return { conditions, values };
}
