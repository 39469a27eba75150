import { writeSessionSegment } from "@throughline/core/session";

import { CommandError, exit } from "../exit-codes.ts";
import { type Engines, needed } from "../home/engines.ts";
import type { Place } from "../home/place.ts";
import { findSession, type Reference } from "../home/reference.ts";
import { session } from "../home/remote/answers.ts";
import { explained, Refused, requestJson } from "../home/remote/connection.ts";
import { tracesOfSession } from "../traces/tempo.ts";
import type { SessionKnown } from "./logql.ts";
import { newestLines } from "./loki.ts";

export interface AboutSession extends SessionKnown {
  /** Epoch milliseconds; undefined where nobody knows when it began. */
  readonly startedAt: number | undefined;
}

const dayMs = 86_400_000;

/** What can be found out about a session where there are engines alone, and what a Throughline server knows besides. */
export async function aboutSession(
  reference: Reference,
  place: Place,
  engines: Engines,
): Promise<AboutSession> {
  const found =
    place.kind === "server"
      ? await askServer(reference, place)
      : { ids: [await nameAmong(reference, engines)], startedAt: undefined };
  if (engines.tempo === undefined) return { ...found, traces: [] };
  const since = found.startedAt ?? Date.now() - 7 * dayMs;
  // Without its traces the lines that name it are shown all the same.
  const traces = await tracesOfSession(engines.tempo, found.ids, engines.profile, since).catch(
    () => [],
  );
  return { ...found, traces };
}

async function askServer(reference: Reference, place: Place & { kind: "server" }) {
  const path = `/api/v1/sessions/${writeSessionSegment(reference.session)}`;
  const answer = await requestJson(place, path).catch(async (error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    // Which one might be meant, or that there is none, is said in one way for all commands.
    const { createRemoteReader } = await import("../home/remote/reader.ts");
    await findSession(createRemoteReader(place), reference);
    throw explained(error);
  });
  const { aliases, id, started_at } = session(answer);
  return { ids: [id, ...aliases], startedAt: Date.parse(started_at) };
}

/** Loki knows no sessions: `latest` is the one of the newest line that names one. Anything else is taken as it is. */
async function nameAmong(reference: Reference, { loki, selector }: Engines): Promise<string> {
  if (reference.session !== "latest") return reference.session;
  const now = Date.now();
  const query = {
    logql: `${selector} | session_id!=""`,
    startNs: BigInt(now - dayMs) * 1_000_000n,
    endNs: BigInt(now) * 1_000_000n,
  };
  const [newest] = await newestLines(needed(loki, "--loki"), query, 1);
  const id = newest?.labels["session_id"];
  if (id !== undefined) return id;
  throw new CommandError("no line of the last day names a session.", "", exit.notFound);
}
