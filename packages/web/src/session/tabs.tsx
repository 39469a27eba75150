import type { JSX } from "preact";

import { type SessionPlace, tabs } from "../app/address.ts";
import type { Go } from "../app/use-place.ts";
import type { Layout } from "../engine/protocol.ts";

const tabNames = {
  timeline: "Timeline",
  transcript: "Transcript",
  logs: "Logs",
  charts: "Charts",
  contract: "Contract",
} as const;

interface TabsProps {
  readonly place: SessionPlace;
  readonly layout: Layout | null;
  readonly go: Go;
}

export function Tabs(props: TabsProps): JSX.Element {
  return (
    <div role="tablist" aria-label="Views of the session" class="tabs">
      {tabs.map((tab, index) => (
        <Tab key={tab} tab={tab} number={index + 1} {...props} />
      ))}
    </div>
  );
}

interface TabProps extends TabsProps {
  readonly tab: SessionPlace["tab"];
  readonly number: number;
}

function Tab({ go, layout, number, place, tab }: TabProps): JSX.Element {
  const chosen = place.tab === tab;
  const count = tab === "logs" ? layout?.logs : undefined;
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${tab}`}
      aria-selected={chosen}
      aria-controls="tab-panel"
      title={`Press ${number}`}
      data-name={`${tabNames[tab]}${count !== undefined && count > 0 ? `  ${count}` : ""}`}
      onClick={() => go({ ...place, tab })}
    >
      {tabNames[tab]}
      {count !== undefined && count > 0 && <span class="count">{count}</span>}
    </button>
  );
}
