import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { type SessionPlace, tabs, anywhere, writePlace } from "../app/address.ts";
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
import { Tabs } from "./tabs.tsx";
import { Timeline } from "./timeline.tsx";
import { Toolbar } from "./toolbar.tsx";
import { TranscriptTab } from "./transcript-tab.tsx";
import { type OpenPort, useSession } from "./use-session.ts";
import { useWalk } from "./use-walk.ts";

interface Props {
  readonly place: SessionPlace;
  readonly go: Go;
  readonly openPort: OpenPort;
  readonly askVerdict: AskVerdict;
  /** False in an exported file: there is no list to go back to and no backend to ask. */
  readonly online: boolean;
}

export function SessionView({ askVerdict, go, online, openPort, place }: Props): JSX.Element {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [following, setFollowing] = useState(false);
  const [seen, setSeen] = useState(0);
  const [said, setSaid] = useState("");
  const anchor = useRef<string | null>(null);
  const settled = useRef(false);
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

  const toggleAll = useCallback((ids: readonly string[]) => {
    touched.current = true;
    setToggled((before) => {
      const after = new Set(before);
      for (const id of ids) if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const toggle = useCallback((id: string) => toggleAll([id]), [toggleAll]);
  const walk = useWalk(
    {
      port,
      layout,
      item: place.item,
      select: (item) => set({ item }),
      toggle: toggleAll,
      unhide: () => {
        if (hide.length === 0 && place.level === null && !place.only) return false;
        set({ hide: [], level: null, only: false });
        return true;
      },
      walked: () => {
        touched.current = true;
        setFollowing(false);
      },
      lost: () => setSaid("That record is not in the tree of this session."),
    },
    place.item,
  );
  const { cursor, stand } = walk;

  useEffect(() => {
    if (layout !== null) setCrowd((before) => crowdOf(layout, before));
  }, [layout]);

  // Opens on the first error, else on the live end, else at the top; and only until somebody moves.
  useEffect(() => {
    if (touched.current || layout === null) return;
    const first = layout.errors[0];
    if (first !== undefined) {
      touched.current = true;
      void walk.moveTo(first);
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

  const choose = useCallback(
    (row: Row) => {
      touched.current = true;
      stand({ id: row.id, index: row.index, version: -1 });
      set({ item: row.id });
    },
    [set, stand],
  );
  const chooseId = useCallback((item: string) => set({ item }), [set]);
  const jump = (id: string) => {
    walk.show(id);
    go({ ...place, tab: "timeline", item: id });
  };

  const deepen = (by: 1 | -1) => {
    if (layout === null) return;
    const depth = Math.max(0, (place.depth ?? layout.deepest) + by);
    setToggled(new Set());
    set({ depth: depth >= layout.deepest ? null : depth });
  };
  const zoomRow = async () => {
    const row = await walk.row();
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
        down: () => void walk.step(1),
        up: () => void walk.step(-1),
        first: () => void walk.moveTo(0),
        last: () => void walk.moveTo((layout?.rows ?? 1) - 1),
        open: () => {
          if (cursor !== null) set({ item: place.item === cursor.id ? null : cursor.id });
        },
        expand: () => void walk.expand(true),
        collapse: () => void walk.expand(false),
        deeper: () => deepen(1),
        shallower: () => deepen(-1),
        nextError: () => void walk.next(layout?.errors ?? [], 1),
        previousError: () => void walk.next(layout?.errors ?? [], -1),
        nextTurn: () => void walk.next(layout?.turns ?? [], 1),
        previousTurn: () => void walk.next(layout?.turns ?? [], -1),
        nextMatch: () => void walk.next(layout?.matches ?? [], 1),
        previousMatch: () => void walk.next(layout?.matches ?? [], -1),
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
        <Tabs place={place} layout={layout} go={go} />
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
            next={(among, by) => void walk.next(among, by)}
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
            target={walk.target}
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

/** Some agents wrap each step in hundreds of spans of their runtime; those would drown it. Once decided it stays. */
function crowdOf({ sorts }: Layout, before: readonly Sort[]): readonly Sort[] {
  if (before.length > 0) return before;
  const steps = sorts.llm + sorts.tool + sorts.agent;
  return steps > 0 && sorts.other > 50 && sorts.other > 5 * steps ? ["other"] : before;
}
