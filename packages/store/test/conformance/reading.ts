import type { Session, SessionRecord } from "@throughline/core/session";
import type { RecordPage, RecordQuery, SessionReader } from "@throughline/store";
import { expect } from "vitest";

/** All pages one after the other. */
export async function allRecords(
  reader: SessionReader,
  session: string,
  query: RecordQuery = {},
): Promise<SessionRecord[]> {
  return pages((cursor) => reader.records(session, { ...query, ...cursor }));
}

export async function pages(
  read: (cursor: { readonly cursor?: string }) => Promise<RecordPage>,
): Promise<SessionRecord[]> {
  const records: SessionRecord[] = [];
  let cursor: { readonly cursor?: string } = {};
  for (;;) {
    const page = await read(cursor);
    records.push(...page.records);
    if (page.next === null) break;
    cursor = { cursor: page.next };
  }
  const ids = records.map(({ record_id }) => record_id);
  expect(new Set(ids).size, "record ids are unique").toBe(ids.length);
  return records;
}

/** For comparing with what core says: ids of records are the home's to choose. */
export function withoutIds(records: readonly SessionRecord[]): SessionRecord[] {
  return records.map((record) => ({ ...record, record_id: "" }));
}

export function namesOf(records: readonly SessionRecord[]): string[] {
  return records.map(({ body, name }) => (name === "" && typeof body === "string" ? body : name));
}

/** What does not depend on when it is read: not whether the session is live, nor whether it was verified since. */
export function withoutTime(session: Session | undefined): Partial<Session> {
  const rest: Partial<Session> = { ...session };
  return Object.assign(rest, { findings: undefined, state: undefined });
}
