import type { TelemetryRecord } from "../record/record.ts";
import type { KeyReader, Placed } from "./belonging.ts";
import { type Few, NO_FEW, sole, union, withOne } from "./few.ts";

/**
 * What must be remembered of a trace to say to whom it belongs as a whole, however many records it has: one small row, the
 * same for every order of arrival (merging is associative, commutative and idempotent). A trace without a session is a
 * strand; when a merge gives it one, or one of its targets gets one, all its records follow.
 */
export interface TraceTally {
  /** Sessions its records carry, or came in through the doors of. */
  readonly sessions: Few;
  /** Where its links point: see targetOf. */
  readonly targets: Few;
}

/** More distinct ids in one trace than this are several sessions, even if they turn out to be aliases. */
const SESSIONS_KEPT = 8;
/** A trace that links to more places than this is a batch consumer, not a strand of a session. */
const TARGETS_KEPT = 64;

export const NO_TALLY: TraceTally = Object.freeze({ sessions: NO_FEW, targets: NO_FEW });

export function tallyOf(record: TelemetryRecord, keyOf: KeyReader, door?: string): TraceTally {
  return absorb(NO_TALLY, door ?? keyOf(record)?.id, targetsOf(record));
}

export function mergeTallies(left: TraceTally, right: TraceTally): TraceTally {
  return settled(
    left,
    union(left.sessions, right.sessions, SESSIONS_KEPT),
    union(left.targets, right.targets, TARGETS_KEPT),
  );
}

/** The same tally if the record adds nothing. */
export function absorb(
  tally: TraceTally,
  session: string | undefined,
  targets: readonly string[],
): TraceTally {
  const sessions =
    session === undefined ? tally.sessions : withOne(tally.sessions, session, SESSIONS_KEPT);
  return settled(
    tally,
    sessions,
    targets.length === 0 ? tally.targets : union(tally.targets, targets, TARGETS_KEPT),
  );
}

function settled(before: TraceTally, sessions: Few, targets: Few): TraceTally {
  return sessions === before.sessions && targets === before.targets
    ? before
    : { sessions, targets };
}

/** Trace id and span id in one string; the span id may be missing. */
export function targetOf(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}

export function splitTarget(target: string): readonly [traceId: string, spanId: string] {
  const slash = target.lastIndexOf("/");
  return [target.slice(0, slash), target.slice(slash + 1)];
}

const NO_TARGETS: readonly string[] = [];

export function targetsOf(record: Placed): readonly string[] {
  if (record.kind === "log" || record.links.length === 0) return NO_TARGETS;
  return record.links.map((link) => targetOf(link.traceId, link.spanId));
}

/** The session of which the trace has records; undefined when it has none's, null when it has several's. */
export function sessionOfTrace(
  tally: TraceTally,
  canonical: (session: string) => string,
): string | null | undefined {
  return sole(tally.sessions, canonical);
}

/** Where a strand's links lead: undefined unless to exactly one session. `sessionAt` answers for one target. */
export function sessionOfStrand(
  tally: TraceTally,
  sessionAt: (target: string) => string | undefined,
): string | undefined {
  return sole(tally.targets, sessionAt) ?? undefined;
}
