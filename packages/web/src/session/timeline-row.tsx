import { durationText } from "@throughline/core/figures";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";

import { Icon, type IconName } from "../app/icons.tsx";
import type { Row } from "../engine/protocol.ts";

interface Props {
  readonly row: Row;
  readonly top: number;
  readonly x0: number;
  readonly x1: number;
  readonly current: boolean;
  readonly choose: (row: Row) => void;
  readonly toggle: (id: string) => void;
}

const icons: Readonly<Record<string, IconName>> = {
  session: "session",
  turn: "turn",
  llm: "llm",
  tool: "tool",
  "tool.execution": "tool",
  "tool.approval": "approval",
  agent: "agent",
  sidecar: "agent",
  delegation: "link",
};
const mostIndent = 24;

const oddityWords = {
  orphan: "its parent is not in this session",
  cycle: "its parents lead back to itself",
  early: "starts before its parent: clocks disagree",
} as const;

/** Made anew only when something of it changed: while scrolling the rows that stay cost nothing. */
export function TimelineRow(props: Props): JSX.Element {
  const { choose, current, row, toggle, top, x0, x1 } = props;
  return useMemo(() => draw(props), [row, top, x0, x1, current, choose, toggle]);
}

function draw({ choose, current, row, toggle, top, x0, x1 }: Props): JSX.Element {
  const colour = colourOf(row);
  const icon =
    row.kind === "log"
      ? "log"
      : (icons[row.kind === "turn" ? "turn" : (row.step ?? "")] ?? "other");
  return (
    <div
      id={current ? "row-current" : undefined}
      class={`row ${row.kind} c-${colour}${current ? " current" : ""}${row.match ? " match" : ""}${row.error ? " error" : ""}`}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-setsize={row.among}
      aria-posinset={row.place}
      aria-selected={current}
      {...(row.expandable && { "aria-expanded": row.expanded })}
      style={{ top: `${top}px` }}
      onClick={() => choose(row)}
    >
      <div class="cell" style={{ paddingLeft: `${8 + Math.min(row.depth, mostIndent) * 14}px` }}>
        {row.expandable ? (
          <span
            class={row.expanded ? "caret open" : "caret"}
            onClick={(event) => {
              event.stopPropagation();
              toggle(row.id);
            }}
          >
            <Icon name="caret" />
          </span>
        ) : (
          <span class="caret" />
        )}
        <Icon name={row.error ? "error" : icon} />
        <span class="unseen">{spokenOf(row)}</span>
        <span class="title">{row.title}</span>
        {row.oddities.map((oddity) => (
          <span key={oddity} class="odd" title={oddityWords[oddity]}>
            {oddity}
          </span>
        ))}
        {row.membership !== null && row.membership !== "carried" && (
          <span
            class="membership"
            title={`Belongs to the session by being ${row.membership}: it does not carry the id`}
          >
            {row.membership}
          </span>
        )}
        {row.errorsBelow > 0 && <span class="below">{row.errorsBelow} failed inside</span>}
        <span class="note">{row.note}</span>
      </div>
      <div class="took">{tookOf(row)}</div>
      <div class="lane">{bar(row, x0, x1)}</div>
    </div>
  );
}

function bar(row: Row, from: number, to: number): JSX.Element | null {
  const wide = to - from;
  const left = (row.x0 - from) / wide;
  const right = (row.x1 - from) / wide;
  if (row.kind === "log") {
    if (left < 0 || left > 1) return null;
    return <span class="dot" style={{ left: `${left * 100}%` }} />;
  }
  if (right < 0 || left > 1) return null;
  const start = Math.max(0, left);
  const end = Math.min(1, right);
  return (
    <span
      class={row.open ? "bar open" : "bar"}
      style={{ left: `${start * 100}%`, width: `max(3px, ${(end - start) * 100}%)` }}
    />
  );
}

function colourOf({ kind, sort, step }: Row): string {
  if (kind === "turn") return "turn";
  if (kind === "log") return "log";
  return step === "session" ? "other" : (sort ?? "turn");
}

function tookOf(row: Row): string {
  if (row.kind === "log")
    return row.severity === null || row.severity === "info" ? "" : row.severity;
  if (row.open) return row.outcome === "interrupted" ? "cut off" : "open";
  return row.ms === null || row.step === "session" ? "" : durationText(row.ms);
}

/** What colour and icon say, for those who see neither. */
function spokenOf({ error, kind, step }: Row): string {
  const words = [kind === "turn" ? "" : (step ?? kind), error ? "failed" : ""];
  return words
    .filter((word) => word !== "")
    .map((word) => `${word}, `)
    .join("");
}
