import type { SessionReader } from "@throughline/store";

import { CommandError, exit } from "../exit-codes.ts";
import type { Engines } from "../home/engines.ts";
import { needed } from "../home/engines.ts";
import type { Place } from "../home/place.ts";
import { findSession, type Reference } from "../home/reference.ts";
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
  const { createRemoteReader } = await import("../home/remote/reader.ts");
  const reader: SessionReader = createRemoteReader(place);
  const id = await findSession(reader, reference);
  const session = await reader.session(id);
  const startedAt = session === undefined ? undefined : Date.parse(session.started_at);
  return { ids: [id, ...(session?.aliases ?? [])], startedAt };
}

/** Loki knows no sessions: `latest` is the one of the newest line that names one. Anything else is taken as it is. */
async function nameAmong({ session }: Reference, { loki, selector }: Engines): Promise<string> {
  if (session !== "latest") return session;
  const now = Date.now();
  const query = {
    logql: `${selector} | session_id!=""`,
    startNs: BigInt(now - dayMs) * 1_000_000n,
    endNs: BigInt(now) * 1_000_000n,
  };
  const [line] = await newestLines(needed(loki, "--loki"), query, 1);
  const id = line?.labels["session_id"];
  if (id !== undefined) return id;
  throw new CommandError("no line of the last day names a session.", "", exit.notFound);
}
