import { agoText, briefText, costText, durationText } from "@throughline/core/figures";
import type { Session } from "@throughline/core/session";
import type { ComponentChildren, JSX } from "preact";

import { Icon } from "../app/icons.tsx";
import { useNow } from "../app/use-now.ts";
import type { Progress } from "../engine/protocol.ts";
import { Findings, State } from "../sessions/session-table.tsx";
import { clockTime, count } from "../text/format.ts";
import { oneLine } from "../text/visible.ts";
import { CopyMenu } from "./copy-menu.tsx";

interface Props {
  readonly progress: Progress;
  readonly home: string;
  readonly online: boolean;
  /** The view stays at the end of what comes in. */
  readonly following: boolean;
  readonly follow: () => void;
  readonly back: () => void;
  readonly toContract: () => void;
}

const stateWords = {
  live: "live",
  idle: "idle",
  ended: "ended",
  interrupted: "interrupted",
} as const;

export function Header(props: Props): JSX.Element {
  const { back, follow, following, home, online, progress, toContract } = props;
  const now = useNow(1_000);
  const { session } = progress;
  return (
    <header class="session-head">
      <div class="session-name">
        {online && (
          <a
            class="back"
            href={home}
            aria-label="All sessions"
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              back();
            }}
          >
            <Icon name="back" />
          </a>
        )}
        {session === null ? (
          <h1>…</h1>
        ) : (
          <>
            <h1>
              <State state={session.state} />
              {oneLine(session.agent ?? session.services[0] ?? "Session", 60)}
            </h1>
            <span class={`word ${session.state}`}>{stateWords[session.state]}</span>
            <code class="id">{oneLine(session.id, 90)}</code>
            {session.channel !== null && (
              <span class="tag">
                {oneLine([session.channel.type, session.channel.id].filter(Boolean).join(" "), 50)}
              </span>
            )}
            <span class="grow" />
            {progress.following && session.state === "live" && (
              <span class="pulse on">last record {agoText(now - Date.parse(session.last_at))}</span>
            )}
            {session.state === "live" && (
              <button
                type="button"
                class="toggle"
                aria-pressed={following}
                title="Follow the end (f)"
                onClick={follow}
              >
                <Icon name="follow" /> Follow
              </button>
            )}
            <CopyMenu id={session.id} online={online} />
          </>
        )}
      </div>
      {session !== null && <Sums session={session} toContract={toContract} />}
    </header>
  );
}

function Sums(props: { readonly session: Session; readonly toContract: () => void }): JSX.Element {
  const { session, toContract } = props;
  const { cost, membership, models, tokens } = session;
  const strange = membership.inherited + membership.joined + membership.linked;
  return (
    <dl class="sums">
      <Sum name="Began">{clockTime(Date.parse(session.started_at))}</Sum>
      <Sum name="Lasted">{durationText(session.duration_ms)}</Sum>
      <Sum name="Turns">{count(session.turns)}</Sum>
      <Sum name="Model calls" title={models.map((model) => oneLine(model, 80)).join(", ")}>
        {count(session.llm_calls)}
      </Sum>
      <Sum name="Tool calls">{count(session.tool_calls)}</Sum>
      <Sum name="Errors">
        <span class={session.errors > 0 ? "bad" : ""}>{count(session.errors)}</span>
      </Sum>
      <Sum
        name="Tokens"
        title={`${count(tokens.input)} in, of these ${count(tokens.cache_read)} from cache; ${count(tokens.output)} out, of these ${count(tokens.reasoning)} reasoning`}
      >
        {briefText(tokens.input)} <span class="muted">in</span> {briefText(tokens.output)}{" "}
        <span class="muted">out</span>
      </Sum>
      <Sum
        name="Cost"
        title={cost.complete ? "" : "At least one call has no known price: this is a lower bound"}
      >
        {costText(cost)}
      </Sum>
      <Sum
        name="Records"
        title={`${session.spans} spans and ${session.logs} log records in ${session.traces} traces`}
      >
        {count(session.spans + session.logs)} <span class="muted">in</span> {count(session.traces)}{" "}
        <span class="muted">{session.traces === 1 ? "trace" : "traces"}</span>
      </Sum>
      <Sum name="Membership" title="How its records belong to the session; only carried is proof">
        {strange === 0 ? (
          "all carried"
        ) : (
          <>
            {count(membership.carried)} <span class="muted">carried</span>{" "}
            <span class="membership">{count(strange)} not</span>
          </>
        )}
      </Sum>
      <Sum name="Contract">
        <button type="button" class="quiet" onClick={toContract}>
          {session.findings === null ? "check" : <Findings session={session} />}
        </button>
      </Sum>
    </dl>
  );
}

function Sum(props: {
  readonly name: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div title={props.title ?? ""}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
