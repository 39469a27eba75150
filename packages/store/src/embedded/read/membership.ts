import { resolve } from "@throughline/core/membership";
import type { Days } from "./days.ts";
import type { Entry } from "./entry.ts";
import { wholeOf } from "./places.ts";

/**
 * Says of each entry to which session it belongs and how.
 *
 * core/membership decides from what the entries carry. Where they are silent (a trace derived from a session's id of which nothing
 * carries it, a trace that links to a session) the writer has found out, and the trace's row says it.
 */
export function settleMembership(days: Days, entries: readonly Entry[]): void {
  const { belongings } = resolve(entries, {
    keyOf: ({ carried }) => (carried === undefined ? undefined : { id: carried }),
    doorOf: ({ door }) => door,
  });
  const traces = new Map<string, Verdict>();
  for (const [index, entry] of entries.entries()) {
    const belonging = belongings[index];
    if (belonging?.session === undefined) {
      const verdict = verdictOn(entry.traceId, days, traces);
      entry.membership = verdict.membership;
      entry.session = verdict.session;
    } else {
      entry.membership = belonging.membership;
      entry.session = belonging.session;
    }
  }
}

interface Verdict {
  readonly membership: "joined" | "linked" | "none";
  readonly session: string | undefined;
}

const NOBODYS: Verdict = { membership: "none", session: undefined };

function verdictOn(traceId: string, days: Days, known: Map<string, Verdict>): Verdict {
  if (traceId === "") return NOBODYS;
  let verdict = known.get(traceId);
  if (verdict === undefined) {
    verdict = readVerdict(traceId, days);
    known.set(traceId, verdict);
  }
  return verdict;
}

/** The newest file that knows the trace decides. */
function readVerdict(traceId: string, days: Days): Verdict {
  const id = Buffer.from(traceId, "hex");
  for (const file of days.all) {
    const row = file.get("select belongs, home, linked from trace where trace_id = ?", id);
    if (row === undefined) continue;
    if (row["belongs"] === 2) return NOBODYS;
    const { home, linked } = row;
    if (typeof home === "number")
      return { membership: "joined", session: wholeOf(file, home)?.sid };
    if (typeof linked !== "number") return NOBODYS;
    return { membership: "linked", session: wholeOf(file, linked)?.sid };
  }
  return NOBODYS;
}
