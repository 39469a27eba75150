import { sessionRoot } from "@throughline/core";
import type { Engines, Fetched } from "./fetch.ts";
import { type Held, keyOf } from "./held.ts";
import { jsonLinesOfSession, linesOfSession, spansLinkedTo, spansOfSession } from "./queries.ts";

/** An alias leads to a door and a door to aliases; what goes on further than that is somebody's mistake. */
const ROUNDS = 4;
/** Ids that may mean one session. */
const MOST_ALIASES = 32;
/** Traces whose links are asked for. */
const MOST_LINKED = 200;

/** Fetches everything that tells which records are this session's: its own, their traces, and what links to those. */
export async function gatherSession(fetched: Fetched, engines: Engines, id: string): Promise<void> {
  const asked = new Set<string>();
  let wanted: readonly string[] = [id];
  for (let round = 0; round < ROUNDS && wanted.length > 0; round++) {
    for (const each of wanted) asked.add(each);
    await Promise.all(wanted.map((each) => gatherCarriers(fetched, engines, each)));
    wanted = aliasesIn(fetched.held, asked, engines).slice(0, MOST_ALIASES - asked.size);
  }
  const traces = [...tracesIn(fetched.held)].slice(0, MOST_LINKED);
  const linking = traces.length === 0 ? [] : await fetched.tracesWith(spansLinkedTo(traces));
  await fetched.traces(linking.map(({ traceId }) => traceId));
  await gatherTargets(fetched);
}

/** Where the links of what was fetched lead: it may be more than one session, and then they lead nowhere. */
export async function gatherTargets(fetched: Fetched): Promise<void> {
  const targets = new Set<string>();
  for (const { record } of fetched.held)
    if (record.kind === "span")
      for (const { traceId } of record.links) if (targets.size < MOST_LINKED) targets.add(traceId);
  await fetched.traces(targets);
}

async function gatherCarriers(fetched: Fetched, engines: Engines, id: string): Promise<void> {
  const { profile, selector } = engines;
  const [traces, ...lines] = await Promise.all([
    fetched.tracesWith(spansOfSession(id, profile)),
    fetched.lines(linesOfSession(id, selector, profile)),
    fetched.lines(jsonLinesOfSession(id, selector, profile)),
  ]);
  await fetched.traces([
    // Its root may have come without an id, or not yet be shown by searches.
    sessionRoot(id).traceId,
    ...traces.map(({ traceId }) => traceId),
    ...tracesIn(lines.flat()),
  ]);
}

function tracesIn(held: readonly Held[]): ReadonlySet<string> {
  return new Set(held.flatMap(({ record }) => (record.traceId === "" ? [] : [record.traceId])));
}

/** Ids that mean one session with those asked for, because one came in through the other's door. */
function aliasesIn(
  held: readonly Held[],
  asked: ReadonlySet<string>,
  { profile }: Engines,
): readonly string[] {
  const aliases = new Set<string>();
  for (const { door, record } of held) {
    if (door === undefined) continue;
    const carried = keyOf(record, profile)?.id;
    if (!asked.has(door) && (carried === undefined || !asked.has(carried))) continue;
    aliases.add(door);
    if (carried !== undefined) aliases.add(carried);
  }
  return [...aliases].filter((id) => !asked.has(id));
}
