import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { type SessionPlace, tabs, anywhere, writePlace, type Place } from "../app/address.ts";
import { useKeys } from "../app/keys.ts";
import type { Go } from "../app/use-place.ts";
import type { Layout, Row } from "../engine/protocol.ts";
import type { Sort } from "../outline/rows.ts";
import { plural } from "../text/format.ts";
import { ChartsTab } from "./charts-tab.tsx";
import { type AskVerdict, ContractTab } from "./contract-tab.tsx";
import { DetailsPanel } from "./details-panel.tsx";
import { Header } from "./header.tsx";
import { LogsTab } from "./logs-tab.tsx";
import { Minimap } from "./minimap.tsx";
import { Timeline } from "./timeline.tsx";
import { Toolbar } from "./toolbar.tsx";
import { TranscriptTab } from "./transcript-tab.tsx";
import { type OpenPort, useSession } from "./use-session.ts";

interface Props {
  readonly place: SessionPlace;
  readonly go: Go;
  readonly openPort: OpenPort;
  readonly askVerdict: AskVerdict;
  /** False in an exported file: there is no list to go back to and no backend to ask. */
  readonly online: boolean;
}

interface Cursor {
  readonly id: string;
  readonly index: number;
  /** Of the layout that the index is of. */
  readonly version: number;
}

const tabNames = {
  timeline: "Timeline",
  transcript: "Transcript",
  logs: "Logs",
  charts: "Charts",
  contract: "Contract",
} as const;

export function SessionView({ askVerdict, go, online, openPort, place }: Props): JSX.Element {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [target, setTarget] = useState<{ readonly index: number } | null>(null);
  const [wanted, setWanted] = useState<string | null>(place.item);
  const [following, setFollowing] = useState(false);
  const [seen, setSeen] = useState(0);
  const [said, setSaid] = useState("");
  const anchor = useRef<string | null>(null);
  const settled = useRef(false);
  /** Told once, when the next layout is there. */
  const laidOut = useRef(() => {});
  const standing = useRef<Cursor | null>(null);
  const moves = useRef<Promise<void>>(Promise.resolve());
  const touched = useRef(place.item !== null);
  const field = useRef<HTMLInputElement>(null);
  const [crowd, setCrowd] = useState<readonly Sort[]>([]);
  const hide = place.hide ?? crowd;
  const { layout, port, progress, grown } = useSession(
    place.id,
    openPort,
    {
      hide,
      level: place.level,
      depth: place.depth,
      toggled: [...toggled],
      find: place.find,
      only: place.only,
    },
    anchor,
  );
  const live = progress.session?.state === "live";
  const complete = layout?.complete === true;

  const set = useCallback(
    (changed: Partial<SessionPlace>, push = false) => go({ ...place, ...changed }, !push),
    [go, place],
  );

  const latest = useRef({ layout, place, port, set });
  latest.current = { layout, place, port, set };

  useEffect(() => {
    laidOut.current();
    if (layout !== null) setCrowd((before) => crowdOf(layout, before));
  }, [layout]);

  // Opens on the first error, else on the live end, else at the top; and only until somebody moves.
  useEffect(() => {
    if (touched.current || layout === null) return;
    const first = layout.errors[0];
    if (first !== undefined) {
      touched.current = true;
      void moveTo(first);
    } else if (complete) {
      touched.current = true;
      if (live) setFollowing(true);
    }
  }, [layout, complete, live]);

  // What was there at first was not new; nor is what comes in while somebody follows.
  useEffect(() => {
    if (layout !== null && (following || !settled.current)) setSeen(layout.records);
    settled.current = complete;
  }, [layout, following, complete]);

  const stand = (at: Cursor) => {
    standing.current = at;
    setCursor(at);
  };
  const goTo = async (index: number) => {
    const { layout, place, port } = latest.current;
    if (port === null || layout === null || layout.rows === 0) return;
    const at = Math.max(0, Math.min(layout.rows - 1, index));
    const { rows, version } = await port.ask("rows", at, at + 1);
    const [row] = rows;
    if (row === undefined) return;
    touched.current = true;
    stand({ id: row.id, index: at, version });
    setTarget({ index: at });
    if (place.item !== null) latest.current.set({ item: row.id });
  };
  const indexNow = async (): Promise<number> => {
    const { current } = standing;
    const { layout, port } = latest.current;
    if (current === null || port === null) return -1;
    if (current.version === layout?.version) return current.index;
    return (await port.ask("reveal", current.id))?.index ?? -1;
  };
  const rowNow = async (): Promise<Row | undefined> => {
    const index = await indexNow();
    if (port === null || index < 0) return undefined;
    return (await port.ask("rows", index, index + 1)).rows[0];
  };
  /** Keys come faster than answers: each move begins where the one before it ended. */
  const inTurn = (move: () => Promise<void>) => {
    moves.current = moves.current.then(move, move);
    return moves.current;
  };
  const moveTo = (index: number) => inTurn(() => goTo(index));
  const step = (by: number) =>
    inTurn(async () => {
      setFollowing(false);
      await goTo((await indexNow()) + by);
    });
  /** The next of some rows, around the end and on. */
  const next = (among: readonly number[], by: 1 | -1) =>
    inTurn(async () => {
      const at = await indexNow();
      const found =
        by > 0
          ? (among.find((index) => index > at) ?? among[0])
          : (among.findLast((index) => index < at) ?? among.at(-1));
      if (found === undefined) return;
      setFollowing(false);
      await goTo(found);
    });

  const toggle = useCallback((id: string) => {
    touched.current = true;
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const choose = useCallback(
    (row: Row) => {
      touched.current = true;
      standing.current = { id: row.id, index: row.index, version: -1 };
      setCursor(standing.current);
      set({ item: row.id });
    },
    [set],
  );
  const chooseId = useCallback((item: string) => set({ item }), [set]);
  const jump = (id: string) => {
    setWanted(id);
    go({ ...place, tab: "timeline", item: id });
  };

  // Somebody asked for a record: what hides it gives way, then it is brought into sight.
  useEffect(() => {
    if (wanted === null || port === null || layout === null) return () => {};
    let here = true;
    void port.ask("reveal", wanted).then((found) => {
      if (!here) return;
      if (found === null) {
        if (complete) {
          setWanted(null);
          setSaid("That record is not in the tree of this session.");
        }
      } else if (found.index >= 0) {
        setFollowing(false);
        stand({ id: wanted, index: found.index, version: layout.version });
        setTarget({ index: found.index });
        setWanted(null);
      } else if (found.toggled.length > 0) {
        setToggled((before) => new Set([...before, ...found.toggled]));
      } else if (hide.length > 0 || place.level !== null || place.only) {
        set({ hide: [], level: null, only: false });
      } else setWanted(null);
    });
    return () => {
      here = false;
    };
  }, [wanted, layout, port]);

  const expand = (open: boolean) =>
    inTurn(async () => {
      const row = await rowNow();
      if (row === undefined) return;
      if (row.expandable && row.expanded !== open) {
        toggle(row.id);
        await new Promise<void>((resolve) => {
          laidOut.current = resolve;
        });
      } else if (open) await goTo(row.index + 1);
      else if (row.parent >= 0) await goTo(row.parent);
    });
  const deepen = (by: 1 | -1) => {
    if (layout === null) return;
    const depth = Math.max(0, (place.depth ?? layout.deepest) + by);
    setToggled(new Set());
    set({ depth: depth >= layout.deepest ? null : depth });
  };
  const zoomRow = async () => {
    const row = await rowNow();
    if (row === undefined || row.x1 - row.x0 < 1e-5) return;
    const room = (row.x1 - row.x0) * 0.04;
    set({ range: [Math.max(0, row.x0 - room), Math.min(1, row.x1 + room)] });
  };
  const back = () => {
    if (document.activeElement === field.current) field.current?.blur();
    else if (place.item !== null) set({ item: null });
    else if (place.find !== "") set({ find: "", only: false });
    else if (online) go(anywhere);
  };
  const inTree = place.tab === "timeline";
  const onTree = inTree
    ? {
        down: () => void step(1),
        up: () => void step(-1),
        first: () => void moveTo(0),
        last: () => void moveTo((layout?.rows ?? 1) - 1),
        open: () => {
          if (cursor !== null) set({ item: place.item === cursor.id ? null : cursor.id });
        },
        expand: () => void expand(true),
        collapse: () => void expand(false),
        deeper: () => deepen(1),
        shallower: () => deepen(-1),
        nextError: () => void next(layout?.errors ?? [], 1),
        previousError: () => void next(layout?.errors ?? [], -1),
        nextTurn: () => void next(layout?.turns ?? [], 1),
        previousTurn: () => void next(layout?.turns ?? [], -1),
        nextMatch: () => void next(layout?.matches ?? [], 1),
        previousMatch: () => void next(layout?.matches ?? [], -1),
        zoomRow: () => void zoomRow(),
      }
    : {};
  useKeys(
    {
      ...onTree,
      back,
      search: () => field.current?.focus(),
      follow: () => setFollowing(!following),
      arrived: () => setFollowing(true),
      zoomOut: () => set({ range: [0, 1] }),
    },
    (digit) => {
      const tab = tabs[digit - 1];
      if (tab !== undefined) set({ tab }, true);
    },
  );

  if (progress.trouble !== null && progress.session === null) {
    return (
      <main class="empty">
        <h1>No such session</h1>
        <p class="lead">{progress.trouble}</p>
        <p>
          <a href="/">All sessions</a>
        </p>
      </main>
    );
  }
  const details = place.item !== null && port !== null && (
    <DetailsPanel
      port={port}
      id={place.item}
      session={progress.session?.id ?? place.id}
      online={online}
      grown={grown}
      close={() => set({ item: null })}
      jump={jump}
    />
  );
  return (
    <main class={`session${details === false ? "" : " with-details"}`}>
      <Header
        progress={progress}
        home={writePlace(anywhere)}
        online={online}
        following={following}
        follow={() => setFollowing(!following)}
        back={() => go(anywhere)}
        toContract={() => set({ tab: "contract" }, true)}
      />
      {progress.trouble !== null && (
        <p class="trouble" role="alert">
          {progress.trouble}
        </p>
      )}
      {layout !== null && (
        <Minimap layout={layout} range={place.range} zoom={(range) => set({ range })} />
      )}
      <div class="tab-bar">
        <div role="tablist" aria-label="Views of the session" class="tabs">
          {tabs.map((tab, index) => (
            <Tab key={tab} tab={tab} number={index + 1} place={place} layout={layout} go={go} />
          ))}
        </div>
        {layout !== null && (inTree || place.tab === "logs") && (
          <Toolbar
            layout={layout}
            place={place}
            hide={hide}
            field={field}
            loading={progress.complete ? null : progress.loaded}
            cursor={cursor?.index ?? -1}
            set={set}
            deepen={deepen}
            next={(among, by) => void next(among, by)}
          />
        )}
      </div>
      <div id="tab-panel" class="session-body" role="tabpanel" aria-labelledby={`tab-${place.tab}`}>
        {layout !== null && port !== null && inTree && (
          <Timeline
            port={port}
            layout={layout}
            range={place.range}
            cursor={cursor?.id ?? null}
            target={target}
            following={following}
            unseen={complete ? Math.max(0, layout.records - seen) : 0}
            anchored={(id) => (anchor.current = id)}
            followed={setFollowing}
            choose={choose}
            toggle={toggle}
          />
        )}
        {port !== null && layout !== null && place.tab === "transcript" && (
          <TranscriptTab port={port} grown={layout.version} item={place.item} choose={chooseId} />
        )}
        {port !== null && layout !== null && place.tab === "logs" && (
          <LogsTab
            port={port}
            grown={layout.version}
            level={place.level}
            find={place.find}
            item={place.item}
            following={following}
            choose={chooseId}
          />
        )}
        {port !== null && layout !== null && place.tab === "charts" && (
          <ChartsTab port={port} grown={layout.version} choose={chooseId} />
        )}
        {place.tab === "contract" && progress.session !== null && (
          <ContractTab
            session={progress.session.id}
            ask={askVerdict}
            complete={progress.complete}
            jump={jump}
          />
        )}
        {details}
      </div>
      <p class="unseen" role="status">
        {said}
        {complete && layout !== null && `${plural(layout.errors.length, "error")}. `}
      </p>
    </main>
  );
}

interface TabProps {
  readonly tab: SessionPlace["tab"];
  readonly number: number;
  readonly place: SessionPlace;
  readonly layout: Layout | null;
  readonly go: Go;
}

function Tab({ go, layout, number, place, tab }: TabProps): JSX.Element {
  const chosen = place.tab === tab;
  const count = tab === "logs" ? layout?.logs : undefined;
  const next: Place = { ...place, tab };
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${tab}`}
      aria-selected={chosen}
      aria-controls="tab-panel"
      title={`Press ${number}`}
      data-name={`${tabNames[tab]}${count !== undefined && count > 0 ? `  ${count}` : ""}`}
      onClick={() => go(next)}
    >
      {tabNames[tab]}
      {count !== undefined && count > 0 && <span class="count">{count}</span>}
    </button>
  );
}

/** Some agents wrap each step in hundreds of spans of their runtime; those would drown it. Once decided it stays. */
function crowdOf({ sorts }: Layout, before: readonly Sort[]): readonly Sort[] {
  if (before.length > 0) return before;
  const steps = sorts.llm + sorts.tool + sorts.agent;
  return steps > 0 && sorts.other > 50 && sorts.other > 5 * steps ? ["other"] : before;
}
