import { levelNames } from "@throughline/core/session";
import type { JSX, RefObject } from "preact";

import type { SessionPlace } from "../app/address.ts";
import { Icon } from "../app/icons.tsx";
import type { Layout } from "../engine/protocol.ts";
import { type Sort, sorts } from "../outline/rows.ts";
import { count, plural } from "../text/format.ts";

interface Props {
  readonly layout: Layout;
  readonly place: SessionPlace;
  readonly hide: readonly Sort[];
  readonly field: RefObject<HTMLInputElement | null>;
  /** Records read so far; null when all are. */
  readonly loading: number | null;
  readonly cursor: number;
  readonly set: (changed: Partial<SessionPlace>) => void;
  readonly deepen: (by: 1 | -1) => void;
  readonly next: (among: readonly number[], by: 1 | -1) => void;
}

const sortNames = {
  llm: "Models",
  tool: "Tools",
  agent: "Agents",
  other: "Other",
  log: "Logs",
} as const;

export function Toolbar(props: Props): JSX.Element {
  const { deepen, hide, layout, loading, next, place, set } = props;
  const inTree = place.tab === "timeline";
  const zoomed = place.range[0] > 0 || place.range[1] < 1;
  const flip = (sort: Sort) =>
    set({ hide: hide.includes(sort) ? hide.filter((each) => each !== sort) : [...hide, sort] });
  return (
    <div class="tools" role="toolbar" aria-label="What is shown">
      <Find {...props} />
      {inTree && (
        <div class="sorts" role="group" aria-label="Sorts of record">
          {sorts
            .filter((sort) => layout.sorts[sort] > 0)
            .map((sort) => (
              <button
                key={sort}
                type="button"
                class={`toggle c-${sort}`}
                aria-pressed={!hide.includes(sort)}
                title={`${hide.includes(sort) ? "Show" : "Hide"} ${sortNames[sort].toLowerCase()}`}
                onClick={() => flip(sort)}
              >
                <span class="key" />
                {sortNames[sort]} <span class="muted">{count(layout.sorts[sort])}</span>
              </button>
            ))}
        </div>
      )}
      <label class="select">
        <span class="unseen">Least level of log records</span>
        <select
          value={place.level ?? ""}
          onChange={({ currentTarget }) =>
            set({ level: currentTarget.value === "" ? null : currentTarget.value })
          }
        >
          <option value="">Any level</option>
          {levelNames.slice(1).map((level) => (
            <option key={level} value={level}>
              from {level}
            </option>
          ))}
        </select>
      </label>
      {inTree && (
        <div class="choice" role="group" aria-label="Depth of the tree">
          <button
            type="button"
            title="One level less (-)"
            aria-label="One level less"
            onClick={() => deepen(-1)}
          >
            −
          </button>
          <span class="value">
            {place.depth === null ? "all" : plural(place.depth + 1, "level")}
          </span>
          <button
            type="button"
            title="One level more (+)"
            aria-label="One level more"
            onClick={() => deepen(1)}
          >
            +
          </button>
        </div>
      )}
      {inTree && layout.errors.length > 0 && (
        <button
          type="button"
          class="chip bad"
          title="Next error (e)"
          onClick={() => next(layout.errors, 1)}
        >
          <Icon name="error" /> {plural(layout.errors.length, "error")}
        </button>
      )}
      {zoomed && (
        <button
          type="button"
          class="chip"
          title="Show the whole time (0)"
          onClick={() => set({ range: [0, 1] })}
        >
          <Icon name="close" /> zoomed
        </button>
      )}
      <span class="grow" />
      {loading !== null && <span class="pulse on">{plural(loading, "record")} read …</span>}
    </div>
  );
}

function Find({ cursor, field, layout, next, place, set }: Props): JSX.Element {
  const { matches } = layout;
  const at = matches.indexOf(cursor);
  return (
    <div class="find">
      <label class="field">
        <Icon name="search" />
        <span class="unseen">Find in this session</span>
        <input
          ref={field}
          type="search"
          spellcheck={false}
          placeholder="Find: words, is:error, kind:tool, turn:2"
          value={place.find}
          onInput={({ currentTarget }) => set({ find: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            next(matches, event.shiftKey ? -1 : 1);
          }}
        />
        {place.find === "" ? (
          <kbd>/</kbd>
        ) : (
          place.tab === "timeline" && (
            <span class="muted" aria-live="polite">
              {matches.length === 0 ? "none" : `${at < 0 ? "–" : at + 1} / ${matches.length}`}
            </span>
          )
        )}
      </label>
      {place.find !== "" && place.tab === "timeline" && (
        <>
          <button
            type="button"
            class="quiet"
            aria-label="Previous match"
            title="Previous match (N)"
            onClick={() => next(matches, -1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            class="quiet"
            aria-label="Next match"
            title="Next match (n)"
            onClick={() => next(matches, 1)}
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            class="toggle"
            aria-pressed={place.only}
            onClick={() => set({ only: !place.only })}
          >
            Only these
          </button>
        </>
      )}
    </div>
  );
}
