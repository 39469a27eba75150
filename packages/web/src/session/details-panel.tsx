import { bytesText, durationText } from "@throughline/core/figures";
import { writeSessionSegment } from "@throughline/core/session";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CopyButton } from "../app/copy-button.tsx";
import { getJson } from "../app/http.ts";
import { Icon } from "../app/icons.tsx";
import type { SessionPort } from "../engine/port.ts";
import type { Details, Field } from "../engine/protocol.ts";
import { visible } from "../text/visible.ts";
import { Facts } from "./facts.tsx";
import { Cut, MessageView, Text } from "./message-view.tsx";

interface Props {
  readonly port: SessionPort;
  readonly id: string;
  readonly session: string;
  /** Where raw OTLP can be asked for; an exported file can't. */
  readonly online: boolean;
  readonly grown: number;
  readonly close: () => void;
  readonly jump: (id: string) => void;
}

export function DetailsPanel(props: Props): JSX.Element {
  const { close, grown, id, jump, online, port, session } = props;
  const [details, setDetails] = useState<Details | null>(null);
  useEffect(() => {
    let here = true;
    void port.ask("details", id).then((found) => {
      if (here) setDetails(found);
    });
    return () => {
      here = false;
    };
  }, [port, id, grown]);

  const shown = details?.record.record_id === id ? details : null;
  return (
    <aside class="details" aria-label="Details">
      <header>
        <div class="grow">
          {shown !== null && shown.path.length > 0 && (
            <nav class="path" aria-label="Above it">
              {shown.path.map((step) => (
                <button key={step.id} type="button" class="quiet" onClick={() => jump(step.id)}>
                  {step.title}
                </button>
              ))}
            </nav>
          )}
          <h2>{shown?.title ?? "…"}</h2>
        </div>
        <button type="button" class="quiet" aria-label="Close details" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {shown !== null && (
        <Body details={shown} port={port} session={session} online={online} jump={jump} />
      )}
    </aside>
  );
}

interface BodyProps extends Pick<Props, "jump" | "online" | "port" | "session"> {
  readonly details: Details;
}

function Body({ details, jump, online, port, session }: BodyProps): JSX.Element {
  const { body, events, links, messages, oddities, reading, record, tool } = details;
  const copyOf = (path: readonly string[]) => () => port.ask("whole", record.record_id, path);
  const said = Object.entries(reading);
  return (
    <div class="details-body" tabIndex={0} role="group" aria-label="Of this record">
      <Facts details={details} />
      {oddities.length > 0 && (
        <p class="odd-note">
          <Icon name="error" /> {oddities.map((oddity) => oddityText[oddity]).join(" ")}
        </p>
      )}
      {messages.map(({ list, part }) => (
        <Section key={part} title={part} count={list.length}>
          {list.map((message, index) => (
            <MessageView key={index} message={message} />
          ))}
        </Section>
      ))}
      {tool !== null && tool.input !== null && (
        <Section title="Tool input">
          <Text field={tool.input} />
        </Section>
      )}
      {tool !== null && tool.output !== null && (
        <Section title="Tool output">
          <Text field={tool.output} />
        </Section>
      )}
      {body !== null && (
        <Section title="Body" copy={copyOf(["body"])}>
          <Text field={body} />
        </Section>
      )}
      {said.length > 0 && (
        <Section title="Understood as">
          <dl class="fields">
            {said.map(([name, value]) => (
              <FieldRow key={name} name={name} value={String(value)} left={0} />
            ))}
          </dl>
        </Section>
      )}
      <Section title="Attributes" count={details.attributes.length}>
        <FieldList fields={details.attributes} copy={(key) => copyOf(["attributes", key])} />
      </Section>
      {events.length > 0 && (
        <Section title="Events" count={events.length}>
          {events.map((event, index) => (
            <div key={index} class="sub">
              <p>
                <b>{event.name}</b> <span class="muted">at {durationText(event.sinceMs)}</span>
              </p>
              <FieldList fields={event.attributes} />
            </div>
          ))}
        </Section>
      )}
      {links.length > 0 && (
        <Section title="Links" count={links.length}>
          {links.map(({ attributes, span, target, trace }, index) => (
            <div key={index} class="sub">
              {target === null ? (
                <p>
                  to span <code>{span}</code> of trace <code>{trace}</code>, outside this session
                </p>
              ) : (
                <button type="button" class="quiet" onClick={() => jump(target)}>
                  <Icon name="link" /> span <code>{span}</code>
                </button>
              )}
              <FieldList fields={attributes} />
            </div>
          ))}
        </Section>
      )}
      {online && <Raw key={record.record_id} session={session} id={record.record_id} />}
    </div>
  );
}

const oddityText = {
  orphan: "Its parent is not among the records of this session.",
  cycle: "Its parents lead back to itself; it is shown at the top.",
  early: "It starts before its parent: the clocks of the two disagree.",
} as const;

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly copy?: () => Promise<string>;
  readonly children: ComponentChildren;
}

function Section({ children, copy, count, title }: SectionProps): JSX.Element {
  return (
    <section>
      <h3>
        {title}
        {count !== undefined && <span class="count">{count}</span>}
        {copy !== undefined && <CopyButton text={copy} what={title.toLowerCase()} />}
      </h3>
      {children}
    </section>
  );
}

function FieldList(props: {
  readonly fields: readonly Field[];
  readonly copy?: (key: string) => () => Promise<string>;
}): JSX.Element {
  if (props.fields.length === 0) return <p class="muted">None.</p>;
  return (
    <dl class="fields">
      {props.fields.map(({ key, left, value }) => (
        <FieldRow
          key={key}
          name={key}
          value={value}
          left={left}
          {...(props.copy !== undefined && { copy: props.copy(key) })}
        />
      ))}
    </dl>
  );
}

function FieldRow(props: {
  readonly name: string;
  readonly value: string;
  readonly left: number;
  readonly copy?: () => Promise<string>;
}): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        <span class="value">{props.value}</span>
        <CopyButton text={props.copy ?? props.value} what={props.name} />
        {props.left > 0 && <Cut left={props.left} />}
      </dd>
    </div>
  );
}

/** The record as it came in, resource and all. Asked for only when somebody wants it. */
function Raw({ id, session }: { readonly id: string; readonly session: string }): JSX.Element {
  const [text, setText] = useState<string | null>(null);
  const ask = () => {
    const query = new URLSearchParams({ record: id });
    getJson<unknown>(`/api/v1/sessions/${writeSessionSegment(session)}/otlp?${query}`).then(
      (raw) => setText(JSON.stringify(raw, undefined, 2)),
      (error: unknown) => setText(error instanceof Error ? error.message : String(error)),
    );
  };
  if (text === null) {
    return (
      <button type="button" class="more" onClick={ask}>
        Raw OTLP, with its resource
      </button>
    );
  }
  return (
    <Section title="OTLP" copy={() => Promise.resolve(text)}>
      <pre tabIndex={0}>{visible(text.slice(0, 200_000))}</pre>
      {text.length > 200_000 && (
        <p class="cut">{bytesText(text.length)} in all; copying takes the rest along.</p>
      )}
    </Section>
  );
}
