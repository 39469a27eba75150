import { durationText } from "@throughline/core/figures";
import type { ComponentChildren, JSX } from "preact";

import { CopyButton } from "../app/copy-button.tsx";
import type { Details } from "../engine/protocol.ts";
import { clockTime } from "../text/format.ts";
import { visible } from "../text/visible.ts";

/** What every record has: what it is, when it was, where it stands. */
export function Facts({ details }: { readonly details: Details }): JSX.Element {
  const { ms, record, sinceMs, turn } = details;
  const start = Number(record.start_ns) / 1e6;
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ["Kind", record.step === null ? record.kind : `${record.kind}, ${visible(record.step)}`],
    ["Status", statusOf(details)],
    ["Began", `${clockTime(start, "exact")} (${durationText(sinceMs)} in)`],
    ["Took", record.kind === "log" ? "" : ms === null ? "still open" : durationText(ms)],
    ["Turn", turn === null ? "" : String(turn + 1)],
    ["Service", visible(record.service)],
    ["Scope", visible(record.scope)],
    ["Name", record.name],
    [
      "Membership",
      record.membership === "carried" ? (
        "carried"
      ) : (
        <span class="membership">{record.membership}</span>
      ),
    ],
    ["Trace", <Id id={record.trace_id} what="trace id" />],
    ["Span", <Id id={record.span_id} what="span id" />],
    ["Parent", <Id id={record.parent_span_id} what="parent span id" />],
  ];
  const ids: Readonly<Record<string, string>> = {
    Trace: record.trace_id,
    Span: record.span_id,
    Parent: record.parent_span_id,
  };
  return (
    <dl class="facts">
      {facts
        .filter(([name, value]) => value !== "" && ids[name] !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function statusOf({ record }: Details): ComponentChildren {
  const words = [record.severity, record.status === "unset" ? null : record.status, record.outcome];
  const said = [...new Set(words.filter((word) => word !== null))].map(visible);
  const bad = said.some((word) => word === "error" || word === "fatal");
  return said.length === 0 ? "" : <span class={bad ? "bad" : ""}>{said.join(", ")}</span>;
}

function Id({ id, what }: { readonly id: string; readonly what: string }): JSX.Element {
  return (
    <>
      <code>{id}</code> <CopyButton text={id} what={`the ${what}`} />
    </>
  );
}
