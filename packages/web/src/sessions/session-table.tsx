import { agoText, briefText, costText, durationText } from "@throughline/core/figures";
import type { Session } from "@throughline/core/session";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";

import { sessionPlace, writePlace } from "../app/address.ts";
import { Icon } from "../app/icons.tsx";
import { clockTime, count } from "../text/format.ts";
import { oneLine } from "../text/visible.ts";

interface Props {
  readonly sessions: readonly Session[];
  readonly now: number;
  readonly cursor: number;
  readonly marked: string | null;
  readonly open: (id: string) => void;
  readonly mark: (id: string) => void;
}

const columns = [
  ["", "Compare"],
  ["", "Session"],
  ["", "Channel"],
  ["", "Model"],
  ["number", "Last seen"],
  ["number", "Duration"],
  ["number", "Turns"],
  ["number", "Calls"],
  ["number", "Records"],
  ["number", "Errors"],
  ["number", "Tokens"],
  ["number", "Cost"],
  ["", "Findings"],
] as const;

export function SessionTable({ cursor, mark, marked, now, open, sessions }: Props): JSX.Element {
  return (
    <div class="table-frame" tabIndex={0} role="group" aria-label="List of sessions">
      <table class="list">
        <thead>
          <tr>
            {columns.map(([kind, name]) => (
              <th key={name} scope="col" class={kind}>
                {name === "Compare" ? <span class="unseen">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sessions.map((session, index) => (
            <Row
              key={session.id}
              index={index}
              session={session}
              seen={agoText(now - Date.parse(session.last_at))}
              current={index === cursor}
              marked={session.id === marked}
              open={open}
              mark={mark}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Pick<Props, "mark" | "open"> {
  readonly index: number;
  readonly session: Session;
  readonly seen: string;
  readonly current: boolean;
  readonly marked: boolean;
}

/** Made anew only when something in it has changed: a list of a thousand sessions is alive without work. */
function Row(props: RowProps): JSX.Element {
  const { current, index, marked, seen, session } = props;
  return useMemo(() => row(props), [session, seen, current, marked, index]);
}

function row({ current, index, mark, marked, open, seen, session }: RowProps): JSX.Element {
  const { agent, aliases, channel, id, models, services, state, tokens } = session;
  const name = agent ?? services[0] ?? "unnamed";
  const chosen = (event: MouseEvent) => {
    // As a link: a modifier opens it elsewhere, and selected text stays selected.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(id);
  };
  return (
    <tr
      id={`session-${index}`}
      class={`${current ? "current " : ""}${marked ? "marked" : ""}`}
      onClick={(event) => {
        const inside = event.target instanceof Element && event.target.closest("a, button");
        if (inside === null && String(getSelection()) === "") open(id);
      }}
    >
      <td class="mark">
        <button
          type="button"
          class="mark"
          aria-pressed={marked}
          aria-label={`Compare ${oneLine(id, 60)}`}
          title="Compare with another session (x)"
          onClick={() => mark(id)}
        >
          <Icon name={marked ? "check" : "compare"} />
        </button>
      </td>
      <td class="name">
        <a href={writePlace(sessionPlace(id))} onClick={chosen}>
          <State state={state} />
          <span class="agent">{oneLine(name, 60)}</span>
          <span class="id">{oneLine(id, 80)}</span>
        </a>
        {aliases.length > 0 && <span class="muted"> also {oneLine(aliases.join(", "), 60)}</span>}
      </td>
      <td>
        {channel === null ? (
          <span class="none">–</span>
        ) : (
          <>
            <span class="tag">{oneLine(channel.type ?? "channel", 20)}</span>{" "}
            <span class="muted">{oneLine(channel.id ?? "", 24)}</span>
          </>
        )}
      </td>
      <td class="models" title={models.map((model) => oneLine(model, 80)).join(", ")}>
        {models.length === 0 ? <span class="none">–</span> : oneLine(models[0] ?? "", 28)}
        {models.length > 1 && <span class="muted"> +{models.length - 1}</span>}
      </td>
      <td class="number" title={clockTime(Date.parse(session.last_at))}>
        {seen}
      </td>
      <td class="number">{durationText(session.duration_ms)}</td>
      <td class="number">{count(session.turns)}</td>
      <td
        class="number"
        title={`${session.llm_calls} model calls, ${session.tool_calls} tool calls`}
      >
        {count(session.llm_calls)} <span class="muted">+ {count(session.tool_calls)}</span>
      </td>
      <td class="number" title={`${session.spans} spans, ${session.logs} log records`}>
        {count(session.spans + session.logs)}
      </td>
      <td class="number">
        {session.errors === 0 ? (
          <span class="none">0</span>
        ) : (
          <span class="bad">{count(session.errors)}</span>
        )}
      </td>
      <td
        class="number"
        title={`${count(tokens.input)} in (${count(tokens.cache_read)} cached), ${count(tokens.output)} out`}
      >
        {briefText(tokens.input)} <span class="muted">→ {briefText(tokens.output)}</span>
      </td>
      <td class="number">{costText(session.cost)}</td>
      <td>
        <Findings session={session} />
      </td>
    </tr>
  );
}

export function State({ state }: { readonly state: Session["state"] }): JSX.Element {
  return (
    <span class={`state ${state}`} title={state}>
      <span class="unseen">{state}</span>
    </span>
  );
}

export function Findings({ session }: { readonly session: Session }): JSX.Element {
  const { findings } = session;
  if (findings === null)
    return (
      <span class="none" title="Not verified yet">
        –
      </span>
    );
  const { improvement, information, violation } = findings;
  if (violation + improvement + information === 0) {
    return (
      <span class="whole">
        <Icon name="check" /> whole
      </span>
    );
  }
  return (
    <span
      class="counts"
      title={`${violation} violations, ${improvement} improvements, ${information} notes`}
    >
      {violation > 0 && <span class="bad">{violation} violated</span>}
      {violation === 0 && improvement > 0 && <span class="warn">{improvement} to improve</span>}
      {violation === 0 && improvement === 0 && <span class="muted">{information} noted</span>}
    </span>
  );
}
