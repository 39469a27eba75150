import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CompareView } from "../compare/compare-view.tsx";
import type { AskVerdict } from "../session/contract-tab.tsx";
import { SessionView } from "../session/session-view.tsx";
import type { OpenPort } from "../session/use-session.ts";
import { SessionsView } from "../sessions/sessions-view.tsx";
import { oneLine } from "../text/visible.ts";
import { anywhere, type Place, writePlace } from "./address.ts";
import { Help } from "./help.tsx";
import { Icon } from "./icons.tsx";
import { useKeys } from "./keys.ts";
import { currentTheme, nextTheme } from "./theme.ts";
import { type AddressBar, usePlace } from "./use-place.ts";

interface Props {
  readonly bar: AddressBar;
  readonly openPort: OpenPort;
  readonly askVerdict: AskVerdict;
  readonly online: boolean;
}

export function App({ askVerdict, bar, online, openPort }: Props): JSX.Element {
  const [place, go] = usePlace(bar);
  const [help, setHelp] = useState(false);
  const [theme, setTheme] = useState(currentTheme);
  const turn = () => setTheme(nextTheme());
  useKeys({ help: () => setHelp(true), theme: turn });
  useEffect(() => {
    document.title = titleOf(place);
  }, [place]);

  return (
    <>
      <header class="top">
        {online ? (
          <a
            class="brand"
            href={writePlace(anywhere)}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              go(anywhere);
            }}
          >
            <Mark /> Throughline
          </a>
        ) : (
          <span class="brand">
            <Mark /> Throughline <span class="muted">exported session</span>
          </span>
        )}
        <span class="grow" />
        <button type="button" class="quiet" title="Theme (t)" onClick={turn}>
          <Icon name="theme" /> {theme}
        </button>
        <button type="button" class="quiet" title="Keys (?)" onClick={() => setHelp(true)}>
          <Icon name="keys" /> Keys
        </button>
      </header>
      {place.view === "sessions" && online && <SessionsView place={place} go={go} />}
      {place.view === "session" && (
        <SessionView
          key={place.id}
          place={place}
          go={go}
          openPort={openPort}
          askVerdict={askVerdict}
          online={online}
        />
      )}
      {place.view === "compare" && online && (
        <CompareView place={place} go={go} openPort={openPort} />
      )}
      <Help open={help} close={() => setHelp(false)} />
    </>
  );
}

function titleOf(place: Place): string {
  if (place.view === "session") return `${oneLine(place.id, 60)} · Throughline`;
  return place.view === "compare" ? "Compare · Throughline" : "Throughline";
}

/** One line through three points. */
function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2 15c4 0 4-10 8-10s4 10 8 10" />
      <circle cx="2.6" cy="15" r="2" />
      <circle cx="10" cy="5" r="2" />
      <circle cx="17.4" cy="15" r="2" />
    </svg>
  );
}
