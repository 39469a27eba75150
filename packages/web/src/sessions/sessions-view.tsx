import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { sessionPlace, type SessionsPlace } from "../app/address.ts";
import { Icon } from "../app/icons.tsx";
import { useKeys } from "../app/keys.ts";
import { useNow } from "../app/use-now.ts";
import type { Go } from "../app/use-place.ts";
import { plural } from "../text/format.ts";
import { EmptyState } from "./empty-state.tsx";
import { readTyped, writeTyped } from "./filters.ts";
import { SessionTable } from "./session-table.tsx";
import { StripChart } from "./strip-chart.tsx";
import { useRoster } from "./use-roster.ts";

const sorts = [
  ["last", "Latest"],
  ["duration", "Slowest"],
  ["cost", "Costliest"],
  ["errors", "Most errors"],
] as const;
const windows = [
  ["", "Any time"],
  ["1h", "1 h"],
  ["24h", "24 h"],
  ["7d", "7 d"],
] as const;

interface Props {
  readonly place: SessionsPlace;
  readonly go: Go;
}

export function SessionsView({ go, place }: Props): JSX.Element {
  const { filters } = place;
  const roster = useRoster(filters);
  const now = useNow(1_000);
  const field = useRef<HTMLInputElement>(null);
  const [cursor, setCursor] = useState(-1);
  const [marked, setMarked] = useState<string | null>(null);
  const [typed, setTyped] = useState(() => writeTyped(filters));
  useEffect(() => setTyped(writeTyped(filters)), [JSON.stringify(filters)]);

  const set = (changed: Readonly<Record<string, string>>) => {
    const next = Object.entries({ ...filters, ...changed }).filter(([, value]) => value !== "");
    go({ view: "sessions", filters: Object.fromEntries(next) }, true);
  };
  const search = (text: string) => {
    setTyped(text);
    const sort = filters["sort"];
    go(
      { view: "sessions", filters: { ...readTyped(text), ...(sort !== undefined && { sort }) } },
      true,
    );
  };
  const open = (id: string) => go(sessionPlace(id));
  const mark = (id: string) => {
    if (marked === null || marked === id) setMarked(marked === id ? null : id);
    else go({ view: "compare", a: marked, b: id });
  };
  // Rows are not made anew when only this has changed.
  const latest = useRef({ open, mark });
  latest.current = { open, mark };
  const openLatest = useCallback((id: string) => latest.current.open(id), []);
  const markLatest = useCallback((id: string) => latest.current.mark(id), []);
  const at = (index: number) => {
    const next = Math.max(0, Math.min(roster.shown.length - 1, index));
    setCursor(next);
    document.getElementById(`session-${next}`)?.scrollIntoView({ block: "nearest" });
  };

  useKeys({
    search: () => field.current?.focus(),
    down: () => at(cursor + 1),
    up: () => at(cursor - 1),
    first: () => at(0),
    last: () => at(roster.shown.length - 1),
    open: () => {
      const chosen = roster.shown[cursor];
      if (chosen !== undefined) open(chosen.id);
    },
    mark: () => {
      const chosen = roster.shown[cursor];
      if (chosen !== undefined) mark(chosen.id);
    },
    arrived: roster.reload,
    back: () => {
      field.current?.blur();
      if (marked !== null) setMarked(null);
    },
  });

  const filtered = Object.keys(filters).some((name) => name !== "sort");
  const { arrived, shown, trouble } = roster;
  if (shown.length === 0 && !filtered && !roster.loading && trouble === null) {
    return <EmptyState />;
  }
  return (
    <main class="sessions">
      <h1 class="unseen">Sessions</h1>
      <div class="bar">
        <label class="field grow">
          <Icon name="search" />
          <span class="unseen">Filter sessions</span>
          <input
            ref={field}
            type="search"
            spellcheck={false}
            placeholder="Filter: words, service:shop, since:2h, errors"
            value={typed}
            onInput={({ currentTarget }) => search(currentTarget.value)}
          />
          <kbd>/</kbd>
        </label>
        <div class="choice" role="group" aria-label="Time">
          {windows.map(([since, name]) => (
            <button
              key={since}
              type="button"
              aria-pressed={(filters["since"] ?? "") === since && filters["until"] === undefined}
              onClick={() => set({ since, until: "" })}
            >
              {name}
            </button>
          ))}
        </div>
        <div class="choice" role="group" aria-label="Order">
          {sorts.map(([sort, name]) => (
            <button
              key={sort}
              type="button"
              aria-pressed={(filters["sort"] ?? "last") === sort}
              onClick={() => set({ sort: sort === "last" ? "" : sort })}
            >
              {name}
            </button>
          ))}
        </div>
        <button
          class="toggle"
          type="button"
          aria-pressed={filters["errors"] === "true"}
          onClick={() => set({ errors: filters["errors"] === "true" ? "" : "true" })}
        >
          With errors
        </button>
      </div>
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <StripChart
        sessions={shown}
        until={filters["until"]}
        since={filters["since"]}
        choose={(since, until) => set({ since, until })}
      />
      <div class="list-note">
        <span>
          {plural(shown.length, "session")}
          {roster.next !== null && ", and more"}
        </span>
        <span class={roster.connected ? "pulse on" : "pulse"}>
          {roster.connected ? "live" : "not connected"}
        </span>
        {marked !== null && (
          <span class="choosing">
            <Icon name="compare" /> Comparing with <b class="id">{marked}</b>: choose the other
            <button type="button" class="quiet" onClick={() => setMarked(null)}>
              Cancel
            </button>
          </span>
        )}
        <span class="grow" />
        {arrived.size > 0 && (
          <button type="button" class="chip new" onClick={roster.reload}>
            <Icon name="up" /> {arrived.size} new
          </button>
        )}
      </div>
      {shown.length === 0 && !roster.loading ? (
        <p class="nothing">
          No session matches.{" "}
          <button
            type="button"
            class="quiet"
            onClick={() => go({ view: "sessions", filters: {} }, true)}
          >
            Show all
          </button>
        </p>
      ) : (
        <SessionTable
          sessions={shown}
          now={now}
          cursor={cursor}
          marked={marked}
          open={openLatest}
          mark={markLatest}
        />
      )}
      {roster.next !== null && (
        <button type="button" class="more" onClick={roster.more}>
          Show more
        </button>
      )}
    </main>
  );
}
