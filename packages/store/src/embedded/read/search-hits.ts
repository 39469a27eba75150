import type { SessionRecord } from "@throughline/core/session";
import { clusterOf } from "../schema/codes.ts";
import { hexOf } from "./day-file.ts";
import { recordIdOf } from "./entry.ts";
import type { Pace } from "./pace.ts";
import { wholeOf } from "./places.ts";
import type { Reader } from "./reader.ts";
import { jsonOf, locate, readRecord } from "./records.ts";
import { readEntry } from "./rows.ts";
import type { Found } from "./scan.ts";

/** The records that were found, each with whom it belongs to: that is known only where its session is opened. */
export async function describe(
  reader: Reader,
  found: readonly Found[],
  pace: Pace,
): Promise<SessionRecord[]> {
  const described = new Map<string, SessionRecord | undefined>();
  for (const hit of found) described.set(keyOf(hit), undefined);
  for (const hit of found) {
    const key = keyOf(hit);
    for (const sid of sessionsOf(reader, hit)) {
      if (described.get(key) !== undefined) break;
      await describeIn(reader, sid, described, pace);
    }
    if (described.get(key) === undefined)
      described.set(key, await describeAlone(reader, hit, pace));
  }
  return [...described.values()].filter((record) => record !== undefined);
}

/** Describes all that were found in one session at once. */
async function describeIn(
  reader: Reader,
  sid: string,
  described: Map<string, SessionRecord | undefined>,
  pace: Pace,
): Promise<void> {
  const session = reader.find(sid);
  if (session === undefined) return;
  await reader.with(session, pace, async ({ entries }) => {
    for (const entry of entries) {
      if (entry.open) continue;
      const key = recordIdOf(entry);
      if (!described.has(key) || described.get(key) !== undefined) continue;
      described.set(key, jsonOf(entry, readRecord(entry, reader.blocks), false));
      await pace.rest();
    }
  });
}

/** A record of no session. */
async function describeAlone(
  { blocks }: Reader,
  { file, id, kind }: Found,
  pace: Pace,
): Promise<SessionRecord | undefined> {
  const entry = readEntry(file, kind, id);
  if (entry === undefined) return undefined;
  await locate([entry], blocks, pace);
  return jsonOf(entry, readRecord(entry, blocks), false);
}

/** The sessions of which it may be. */
function sessionsOf({ days }: Reader, { file, id, kind }: Found): readonly string[] {
  const own = wholeOf(file, clusterOf(id));
  if (own !== undefined) return [own.sid];
  const trace = file.get(
    `select trace.trace_id as id from ${kind} as record join trace on trace.id = record.trace
     where record.id = ?`,
    id,
  );
  if (trace === undefined) return [];
  const traceId = Buffer.from(hexOf(trace["id"]), "hex");
  for (const newest of days.all) {
    const row = newest.get("select id, home, linked from trace where trace_id = ?", traceId);
    if (row === undefined) continue;
    const crossing = newest
      .all("select session from crossing where trace = ?", Number(row["id"]))
      .map(({ session }) => session);
    return [row["home"], row["linked"], ...crossing].flatMap((session) =>
      typeof session === "number" ? (wholeOf(newest, session)?.sid ?? []) : [],
    );
  }
  return [];
}

function keyOf({ file, id }: Found): string {
  return recordIdOf({ file, id, open: false });
}
