import { durationText } from "@throughline/core/figures";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import { Icon } from "../app/icons.tsx";
import type { SessionPort } from "../engine/port.ts";
import type { ShownPart, Transcript, TranscriptItem } from "../engine/protocol.ts";
import { plural } from "../text/format.ts";
import { Prose } from "../text/prose.tsx";
import { Cut, roleClass, Text } from "./message-view.tsx";

interface Props {
  readonly port: SessionPort;
  readonly grown: number;
  readonly item: string | null;
  readonly choose: (id: string) => void;
}

/** What is drawn at once; more on request, so that a long session opens as fast as a short one. */
const atOnce = 300;

export function TranscriptTab({ choose, grown, item, port }: Props): JSX.Element {
  const [transcript, setTranscript] = useState<Transcript | null>(null);
  const [most, setMost] = useState(atOnce);
  useEffect(() => {
    let here = true;
    void port.ask("transcript").then((given) => {
      if (here) setTranscript(given);
    });
    return () => {
      here = false;
    };
  }, [port, grown]);
  if (transcript === null) return <div class="pane" />;
  const { captured, items, left } = transcript;
  return (
    <div class="pane transcript" tabIndex={0} role="group" aria-label="Transcript">
      {!captured && (
        <p class="hint">
          What was said is not in the telemetry: its emitter captures no content. The steps are here
          all the same. With the SDK,{" "}
          <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY</code> captures it.
        </p>
      )}
      <ol>
        {items.slice(0, most).map((each, index) => (
          <Entry
            key={`${each.id} ${index}`}
            entry={each}
            current={each.id === item}
            choose={choose}
          />
        ))}
      </ol>
      {items.length > most && (
        <button type="button" class="more" onClick={() => setMost(most + atOnce)}>
          Show {Math.min(atOnce, items.length - most)} more of {items.length - most}
        </button>
      )}
      {left > 0 && (
        <p class="cut">
          {plural(left, "later entry", "later entries")} not shown; the timeline has them.
        </p>
      )}
    </div>
  );
}

interface EntryProps {
  readonly entry: TranscriptItem;
  readonly current: boolean;
  readonly choose: (id: string) => void;
}

function Entry({ choose, current, entry }: EntryProps): JSX.Element {
  return useMemo(() => draw(entry, current, choose), [entry, current, choose]);
}

function draw(entry: TranscriptItem, current: boolean, choose: EntryProps["choose"]): JSX.Element {
  const now = current ? " current" : "";
  if (entry.kind === "turn") {
    return (
      <li class={`turn-mark${now}`}>
        <button type="button" class="quiet" onClick={() => choose(entry.id)}>
          Turn {entry.turn + 1}
        </button>
        <span class="muted">
          at {durationText(entry.at)}
          {entry.ms !== null && `, took ${durationText(entry.ms)}`}
        </span>
      </li>
    );
  }
  const indent = { marginLeft: `${Math.min(4, Math.max(0, entry.depth - 1)) * 20}px` };
  if (entry.kind === "message") {
    return (
      <li class={`message role-${roleClass(entry.role)}${now}`} style={indent}>
        <div class="role">
          <button type="button" class="quiet" onClick={() => choose(entry.id)}>
            {entry.role}
          </button>
          {entry.agent !== "" && entry.role === "assistant" && (
            <span class="muted"> {entry.agent}</span>
          )}
        </div>
        {entry.parts.map(part)}
      </li>
    );
  }
  return (
    <li
      class={`step c-${entry.step.split(".")[0]}${entry.error ? " error" : ""}${now}`}
      style={indent}
    >
      <div class="step-line">
        <Icon name={entry.error ? "error" : iconOf(entry.step)} />
        <button type="button" class="quiet" onClick={() => choose(entry.id)}>
          {entry.title}
        </button>
        <span class="muted">{entry.step}</span>
        <span class="note">{entry.note}</span>
        {entry.ms !== null && entry.step !== "log" && (
          <span class="took">{durationText(entry.ms)}</span>
        )}
      </div>
      {(entry.input !== null || entry.output !== null) && (
        <details open={entry.error}>
          <summary>
            {[entry.input && "input", entry.output && "output"].filter(Boolean).join(" and ")}
          </summary>
          {entry.input !== null && <Text field={entry.input} />}
          {entry.output !== null && <Text field={entry.output} />}
        </details>
      )}
    </li>
  );
}

function iconOf(step: string): "agent" | "llm" | "log" | "tool" {
  if (step === "llm" || step === "tool" || step === "log") return step;
  return "agent";
}

function part({ left, name, text, type }: ShownPart, key: number): JSX.Element {
  if (type === "text" || type === "reasoning") {
    return (
      <div key={key} class={type}>
        {type === "reasoning" && <span class="muted">reasoning</span>}
        <Prose text={text} />
        {left > 0 && <Cut left={left} />}
      </div>
    );
  }
  return (
    <div key={key} class="part">
      <span class="tag">
        {type === "tool_call" ? `calls ${name}` : type === "tool_result" ? "result" : `[${name}]`}
      </span>
      {text !== "" && <pre tabIndex={0}>{text}</pre>}
      {left > 0 && <Cut left={left} />}
    </div>
  );
}
