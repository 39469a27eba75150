import { textOf } from "./day-file.ts";
import type { Reader } from "./reader.ts";

/** Sessions looked at, from the latest on: what people see first. */
const LOOKED_AT = 1_000;
const GIVEN = 50;

export interface UnverifiedAsked {
  /** How long nothing must have come in for a session. */
  readonly quietMs: number;
  readonly silenceMs: number;
}

/**
 * Quiet sessions whose kept findings are older than their last record, or than the silence after which what is missing counts;
 * or that were never verified.
 */
export function unverifiedSessions(
  { days }: Reader,
  { quietMs, silenceMs }: UnverifiedAsked,
): readonly string[] {
  const now = Date.now();
  // The newest file has every session that anything was added to.
  const [file] = days.all;
  if (file === undefined) return [];
  const rows = file.all(
    `select sid from (
       select sid, seen, json_extract(findings, '$.at') as at from session
       where sid is not null and part_of is null and last >= 0 order by last desc limit ?1)
     where seen < ?2 and (at is null or at < seen or (at < seen + ?3 and seen + ?3 < ?4)) limit ?5`,
    LOOKED_AT,
    now - quietMs,
    silenceMs,
    now,
    GIVEN,
  );
  return rows.map((row) => textOf(row["sid"]));
}
