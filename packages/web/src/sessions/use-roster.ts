import type { Session } from "@throughline/core/session";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { getJson } from "../app/http.ts";
import { faultIn, type FilterTexts, matches } from "./filters.ts";
import { emptyRoster, extend, hear, type Roster, rosterOf } from "./roster.ts";

interface Page {
  readonly sessions: readonly Session[];
  readonly next: string | null;
}

export interface LiveRoster extends Roster {
  readonly loading: boolean;
  readonly connected: boolean;
  readonly trouble: string | null;
  /** Asks again, which shows what has arrived. */
  readonly reload: () => void;
  readonly more: () => void;
}

/** Sessions change with each commit, 20 times a second; eyes need less. */
const everyMs = 250;
const pageSize = 100;
const againMs = 3_000;

export function useRoster(filters: FilterTexts): LiveRoster {
  const [roster, setRoster] = useState<Roster>(emptyRoster);
  const [state, setState] = useState({ loading: true, connected: false, trouble: "" });
  const [round, setRound] = useState(0);
  const asked = JSON.stringify(filters);
  const current = useRef({ filters, roster });
  current.current = { filters, roster };

  useEffect(() => {
    const leaving = new AbortController();
    const fault = faultIn(filters, Date.now());
    if (fault !== undefined) {
      setState((before) => ({ ...before, loading: false, trouble: fault }));
      return () => {};
    }
    setState((before) => ({ ...before, loading: true, trouble: "" }));
    getJson<Page>(addressOf(filters, null), leaving.signal)
      .then(({ next, sessions }) => {
        setRoster(rosterOf(sessions, next));
        setState((before) => ({ ...before, loading: false }));
      })
      .catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        const trouble = error instanceof Error ? error.message : String(error);
        setState((before) => ({ ...before, loading: false, trouble }));
      });
    return () => leaving.abort();
  }, [asked, round]);

  useEffect(() => {
    const follower = follow(
      (told) => {
        const now = Date.now();
        setRoster((before) =>
          hear(before, told, (session) => matches(session, current.current.filters, now)),
        );
      },
      (connected) => setState((before) => ({ ...before, connected })),
      // What came before the connection was not told; it waits or changes in its place like everything else.
      () => {
        getJson<Page>(addressOf(current.current.filters, null)).then(
          ({ sessions }) => setRoster((before) => hear(before, sessions, () => true)),
          () => {},
        );
      },
    );
    return () => follower();
  }, []);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const more = useCallback(() => {
    const { next } = current.current.roster;
    if (next === null) return;
    getJson<Page>(addressOf(current.current.filters, next))
      .then((page) => setRoster((before) => extend(before, page.sessions, page.next)))
      .catch(() => {});
  }, []);
  const { trouble, ...rest } = state;
  return { ...roster, ...rest, trouble: trouble === "" ? null : trouble, reload, more };
}

function addressOf(filters: FilterTexts, cursor: string | null): string {
  const query = new URLSearchParams({ ...filters, limit: String(pageSize) });
  if (cursor !== null) query.set("cursor", cursor);
  return `/api/v1/sessions?${query}`;
}

/** Hears of sessions while the page is seen: a hidden tab gives its connection back, and takes one again when it is seen. */
function follow(
  hearAll: (told: readonly Session[]) => void,
  connected: (yes: boolean) => void,
  resumed: () => void,
): () => void {
  let stream: EventSource | undefined;
  let waiting: Session[] = [];
  let again: ReturnType<typeof setTimeout> | undefined;
  const timer = setInterval(() => {
    if (waiting.length === 0) return;
    const told = waiting;
    waiting = [];
    hearAll(told);
  }, everyMs);
  const open = () => {
    stream = new EventSource("/api/v1/live");
    stream.addEventListener("open", () => {
      connected(true);
      resumed();
    });
    stream.addEventListener("error", ({ target }) => {
      connected(false);
      // After a refusal (too many streams are open) the browser gives up for good.
      if (target !== stream || stream?.readyState !== EventSource.CLOSED) return;
      stream = undefined;
      again = setTimeout(looked, againMs);
    });
    stream.addEventListener("gap", resumed);
    stream.addEventListener("session", (event: MessageEvent<string>) => {
      // SAFETY: the API and this page come from the same build.
      waiting.push(JSON.parse(event.data) as Session);
    });
  };
  const looked = () => {
    if (document.hidden) {
      stream?.close();
      stream = undefined;
    } else if (stream === undefined) open();
  };
  document.addEventListener("visibilitychange", looked);
  looked();
  return () => {
    document.removeEventListener("visibilitychange", looked);
    clearInterval(timer);
    clearTimeout(again);
    stream?.close();
  };
}
