import type { Session } from "@throughline/core/session";

/** The list as somebody looks at it: its order is kept while they do. */
export interface Roster {
  readonly shown: readonly Session[];
  /** Came or came back meanwhile; not shown until asked for. */
  readonly arrived: ReadonlyMap<string, Session>;
  readonly next: string | null;
}

export const emptyRoster: Roster = { shown: [], arrived: new Map(), next: null };

export function rosterOf(sessions: readonly Session[], next: string | null): Roster {
  return { shown: sessions, arrived: new Map(), next };
}

/** What is on the page changes in its place, what is not waits. Where nothing is shown yet there is no place to keep. */
export function hear(
  roster: Roster,
  told: readonly Session[],
  belongs: (session: Session) => boolean,
): Roster {
  const news = new Map(told.map((session) => [session.id, session]));
  const shown = roster.shown.map((session) => news.get(session.id) ?? session);
  for (const { id } of shown) news.delete(id);
  const fresh = [...news.values()].filter(belongs);
  if (shown.length === 0) return { ...roster, shown: fresh };
  if (fresh.length === 0) return { ...roster, shown };
  const arrived = new Map(roster.arrived);
  for (const session of fresh) arrived.set(session.id, session);
  return { ...roster, shown, arrived };
}

export function extend(roster: Roster, more: readonly Session[], next: string | null): Roster {
  const known = new Set(roster.shown.map(({ id }) => id));
  const arrived = new Map(roster.arrived);
  for (const { id } of more) arrived.delete(id);
  return { shown: [...roster.shown, ...more.filter(({ id }) => !known.has(id))], arrived, next };
}

/** A column of the strip chart. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly sessions: number;
  readonly failed: number;
}

/** How many sessions were at work when, and how many of them with errors. */
export function binsOf(sessions: readonly Session[], count: number, until: number): Bin[] {
  const spans = sessions.map(({ errors, last_at, started_at }) => ({
    from: Date.parse(started_at),
    to: Date.parse(last_at),
    failed: errors > 0,
  }));
  const from = Math.min(...spans.map((span) => span.from));
  if (spans.length === 0 || !Number.isFinite(from)) return [];
  const to = Math.max(until, from + 60_000, ...spans.map((span) => span.to));
  const width = (to - from) / count;
  const bins = Array.from({ length: count }, (_, index) => ({
    from: from + index * width,
    to: from + (index + 1) * width,
    sessions: 0,
    failed: 0,
  }));
  for (const span of spans) {
    const last = Math.min(count - 1, Math.floor((span.to - from) / width));
    for (let at = Math.floor((span.from - from) / width); at <= last; at++) {
      const bin = bins[at];
      if (bin === undefined) continue;
      bin.sessions++;
      if (span.failed) bin.failed++;
    }
  }
  return bins;
}
