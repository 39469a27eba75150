import { parseSessionId } from "@throughline/core";
import type { Resolution } from "../../home.ts";
import { type DayFile, textOf } from "./day-file.ts";
import type { Days } from "./days.ts";
import { findSession } from "./find-session.ts";
import { listSessions } from "./list.ts";
import type { Pace } from "./pace.ts";

const LATEST = "latest";
/** Candidates that are named when a prefix is not unique. */
const NAMED = 10;
/** Ids that start alike and still may mean one session, because some of them are aliases. */
const LOOKED_AT = 64;

/** An id or alias as it is, else `latest`, else a prefix of one id or alias. */
export async function resolveReference(
  days: Days,
  reference: string,
  pace: Pace,
): Promise<Resolution> {
  if (reference === "") return { found: null };
  const found = findSession(days, parseSessionId(reference, "carrier").id ?? reference);
  if (found !== undefined) return { found: found.sid };
  if (reference === LATEST) {
    const { rows } = await listSessions(days.all, { limit: 1 }, pace);
    return { found: rows[0]?.sid ?? null };
  }
  const candidates = new Set<string>();
  for (const file of days.all)
    for (const id of startingWith(file, reference)) {
      // As the newest file has it: an older one may not know yet that it is an alias.
      const session = findSession(days, id);
      if (session !== undefined) candidates.add(session.sid);
    }
  const [only, ...others] = [...candidates].toSorted();
  if (only === undefined) return { found: null };
  return others.length === 0 ? { found: only } : { candidates: [only, ...others].slice(0, NAMED) };
}

function startingWith(file: DayFile, prefix: string): readonly string[] {
  // SQLite compares the bytes of UTF-8; nothing that starts with the prefix comes after this.
  const to = `${prefix}\u{10FFFF}`;
  const sids = file.all(
    "select sid as id from session where sid >= ? and sid < ? limit ?",
    prefix,
    to,
    LOOKED_AT,
  );
  const aliases = file.all(
    "select id from alias where id >= ? and id < ? limit ?",
    prefix,
    to,
    LOOKED_AT,
  );
  return [...sids, ...aliases].map((row) => textOf(row["id"]));
}
