import { type Engines, Fetched } from "./fetch.ts";
import { keyOf, startOf } from "./held.ts";
import { linesWithSession, spansWithSession } from "./queries.ts";
import { type FoundTrace, MOST_SPANS } from "./tempo.ts";
import type { Window } from "./window.ts";

/** An id that records carry, and so perhaps a session. */
export interface Candidate {
  readonly id: string;
  /** When this changes, so did the session. */
  readonly evidence: string;
}

interface Seen {
  newest: bigint;
  count: number;
}

/** Ids that the newest records carry, by their newest record. `prefix` leaves out those that start otherwise. */
export async function candidatesIn(
  engines: Engines,
  window: Window,
  signal?: AbortSignal,
  prefix = "",
): Promise<readonly Candidate[]> {
  const { profile, selector } = engines;
  const fetched = new Fetched(engines, window, signal);
  const [traces, lines] = await Promise.all([
    fetched.tracesWith(spansWithSession(profile, prefix), MOST_SPANS),
    fetched.lines(linesWithSession(selector, profile, prefix)),
  ]);
  const seen = new Map<string, Seen>();
  const see = (id: string | undefined, atNs: bigint, count: number): void => {
    if (id === undefined || !id.startsWith(prefix)) return;
    const known = seen.get(id);
    if (known === undefined) seen.set(id, { newest: atNs, count });
    else {
      known.count += count;
      if (atNs > known.newest) known.newest = atNs;
    }
  };
  for (const trace of traces) seeTrace(trace, see);
  for (const { door, record } of lines) {
    see(keyOf(record, profile)?.id, startOf(record), 1);
    see(door, startOf(record), 1);
  }
  return [...seen]
    .toSorted(([, one], [, other]) => (one.newest < other.newest ? 1 : -1))
    .map(([id, { count, newest }]) => ({ id, evidence: `${newest} ${count}` }));
}

function seeTrace(
  { matched, spans, startNs }: FoundTrace,
  see: (id: string, atNs: bigint, count: number) => void,
): void {
  for (const span of spans)
    for (const id of new Set(span.attributes.values()))
      // What was not told of a large trace still counts as a change.
      if (id !== "") see(id, span.startNs === 0n ? startNs : span.startNs, matched);
}
