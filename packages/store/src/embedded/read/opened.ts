import { microsOf } from "@throughline/core/session";
import type { Blocks } from "./blocks.ts";
import type { Days } from "./days.ts";
import { byStart, type Entry } from "./entry.ts";
import type { SessionRow } from "./find-session.ts";
import { settleMembership } from "./membership.ts";
import type { Pace } from "./pace.ts";
import { placesOfSession } from "./places.ts";
import { locate, readRecord } from "./records.ts";
import { readEntries } from "./rows.ts";
import { settleTurns } from "./turns.ts";

/** All records of a session, in order, with whom they belong to and what they are; without their bytes. */
export interface OpenedSession {
  readonly entries: readonly Entry[];
  readonly turns: readonly Entry[];
}

/** `rows` are the session's, newest first. */
export async function openSession(
  days: Days,
  blocks: Blocks,
  rows: readonly SessionRow[],
  pace: Pace,
): Promise<OpenedSession> {
  const sid = rows[0]?.sid;
  const all = await readEntries(placesOfSession(days, rows), pace);
  await settleMembership(days, blocks, all, pace);
  const entries = all.filter(({ again, session }) => session === sid && !again);
  await locate(entries, blocks, pace);
  entries.push(...unfinished(entries, blocks));
  entries.sort(byStart);
  return { entries, turns: settleTurns(entries) };
}

/** A span for each that was announced and has not arrived. */
export function unfinished(entries: readonly Entry[], blocks: Blocks): Entry[] {
  const announcements = entries.filter(
    ({ spanId, stands }) => stands === "span.start" && spanId !== "",
  );
  if (announcements.length === 0) return [];
  const known = new Set(
    entries.filter(({ kind }) => kind === "span").map((span) => span.traceId + span.spanId),
  );
  const open: Entry[] = [];
  for (const entry of announcements) {
    const key = entry.traceId + entry.spanId;
    if (known.has(key)) continue;
    known.add(key);
    open.push(openSpan(entry, blocks));
  }
  return open;
}

function openSpan(announcement: Entry, blocks: Blocks): Entry {
  const span = {
    ...announcement,
    kind: "span",
    open: true,
    severity: 0,
    stands: undefined,
  } as const;
  const record = readRecord(span, blocks);
  if (record.kind !== "span") return span;
  return {
    ...span,
    parentSpanId: record.parentSpanId,
    micros: microsOf(record.startNs),
    nanos: Number(record.startNs % 1000n),
  };
}
