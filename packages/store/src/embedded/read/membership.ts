import { resolve } from "@throughline/core/membership";
import type { Blocks } from "./blocks.ts";
import type { Row } from "./day-file.ts";
import type { Days } from "./days.ts";
import type { Entry } from "./entry.ts";
import type { Pace } from "./pace.ts";
import { wholeOf } from "./places.ts";
import { locate, readRecord } from "./records.ts";

/**
 * Says of each entry to which session it belongs and how.
 *
 * core/membership decides from what the entries carry. Where they are silent (a trace derived from a session's id of which
 * nothing carries it, a trace that links to a session) the writer has found out, and the trace's row says it. Only in a trace of
 * several sessions may a record's own links still decide.
 */
export async function settleMembership(
  days: Days,
  blocks: Blocks,
  entries: readonly Entry[],
  pace: Pace,
): Promise<void> {
  const { belongings } = resolve(entries, {
    keyOf: ({ carried }) => (carried === undefined ? undefined : { id: carried }),
    doorOf: ({ door }) => door,
  });
  const traces = new Traces(days);
  const linking: Entry[] = [];
  for (const [index, entry] of entries.entries()) {
    const belonging = belongings[index];
    const known = belonging?.session === undefined ? traces.verdict(entry.traceId) : belonging;
    entry.membership = known.membership;
    entry.session = known.session;
    if (known === SEVERAL && entry.hasLinks) linking.push(entry);
  }
  await locate(linking, blocks, pace);
  for (const entry of linking) followLinks(entry, entries, traces, blocks);
}

interface Verdict {
  readonly membership: "joined" | "linked" | "none";
  readonly session: string | undefined;
}

const NOBODYS: Verdict = { membership: "none", session: undefined };
const SEVERAL: Verdict = { membership: "none", session: undefined };

/** What the writer knows of traces; the newest file that has one decides. */
class Traces {
  readonly #days: Days;
  readonly #verdicts = new Map<string, Verdict>();

  constructor(days: Days) {
    this.#days = days;
  }

  verdict(traceId: string): Verdict {
    if (traceId === "") return NOBODYS;
    let verdict = this.#verdicts.get(traceId);
    if (verdict === undefined) {
      verdict = this.#read(Buffer.from(traceId, "hex"));
      this.#verdicts.set(traceId, verdict);
    }
    return verdict;
  }

  #read(traceId: Buffer): Verdict {
    for (const file of this.#days.all) {
      const row: Row | undefined = file.get(
        "select belongs, home, linked from trace where trace_id = ?",
        traceId,
      );
      if (row === undefined) continue;
      if (row["belongs"] === 2) return SEVERAL;
      const { home, linked } = row;
      if (typeof home === "number")
        return { membership: "joined", session: wholeOf(file, home)?.sid };
      if (typeof linked !== "number") return NOBODYS;
      return { membership: "linked", session: wholeOf(file, linked)?.sid };
    }
    return NOBODYS;
  }
}

/** A record whose own links all lead to one session is linked to it. */
function followLinks(
  entry: Entry,
  entries: readonly Entry[],
  traces: Traces,
  blocks: Blocks,
): void {
  const record = readRecord(entry, blocks);
  const sessions = new Set<string>();
  for (const { spanId, traceId } of record.kind === "span" ? record.links : []) {
    const verdict = traces.verdict(traceId);
    const session =
      verdict === SEVERAL
        ? entries.find((each) => isSpan(each, traceId, spanId))?.session
        : verdict.membership === "joined"
          ? verdict.session
          : undefined;
    if (session !== undefined) sessions.add(session);
  }
  const [session, ...others] = sessions;
  if (session === undefined || others.length > 0) return;
  entry.membership = "linked";
  entry.session = session;
}

/** Links are followed once: to what is itself only linked they lead nowhere. */
function isSpan(entry: Entry, traceId: string, spanId: string): boolean {
  const { kind, membership } = entry;
  return (
    kind === "span" &&
    entry.spanId === spanId &&
    entry.traceId === traceId &&
    (membership === "carried" || membership === "inherited")
  );
}
