import { writeSessionSegment } from "@throughline/core/session";
import type { Finding, VerifyReport } from "@throughline/core/verify";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { getJson } from "../app/http.ts";
import { Icon } from "../app/icons.tsx";
import { count, plural } from "../text/format.ts";
import { oneLine, visible } from "../text/visible.ts";

type Verdict = VerifyReport & { readonly partial?: string };

/** Asks for what verifying the session finds; an exported file holds it already. */
export type AskVerdict = (session: string) => Promise<Verdict | null>;

export const askBackend: AskVerdict = (session) =>
  getJson<Verdict>(`/api/v1/sessions/${writeSessionSegment(session)}/findings`);

interface Props {
  readonly session: string;
  readonly ask: AskVerdict;
  readonly complete: boolean;
  readonly jump: (id: string) => void;
}

const levels = [
  ["violation", "Violations", "These break the contract: something of the session can be lost."],
  [
    "improvement",
    "To improve",
    "Nothing is lost by these; the telemetry could say more, or say it as it is said today.",
  ],
  ["information", "Noted", "Worth knowing."],
] as const;

export function ContractTab({ ask, complete, jump, session }: Props): JSX.Element {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let here = true;
    ask(session).then(
      (given) => {
        if (here) setVerdict(given);
      },
      (error: unknown) => {
        if (here) setTrouble(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      here = false;
    };
  }, [session, ask, complete]);

  if (trouble !== "") return <p class="pane trouble">{trouble}</p>;
  if (verdict === null) return <p class="pane muted">Verifying …</p>;
  const { findings, partial, summary } = verdict;
  return (
    <div class="pane contract" tabIndex={0} role="group" aria-label="Contract">
      <MembershipBar summary={summary} />
      {partial !== undefined && <p class="cut">{partial}</p>}
      {findings.length === 0 && (
        <div class="good">
          <Icon name="check" />
          <div>
            <h2>The thread is whole</h2>
            <p>
              {plural(summary.records, "record")} checked against every rule of the contract;
              nothing is missing, split or mismatched.
            </p>
          </div>
        </div>
      )}
      {levels.map(([level, title, why]) => {
        const found = findings.filter((finding) => finding.level === level);
        if (found.length === 0) return null;
        return (
          <section key={level} class={`findings ${level}`}>
            <h2>
              {title} <span class="count">{found.length}</span>
            </h2>
            <p class="muted">{why}</p>
            {groupsOf(found).map((group) => (
              <Group key={`${group.rule} ${group.message}`} group={group} jump={jump} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

/** What is the same fault, wherever it happens. */
interface FindingGroup extends Pick<Finding, "fix" | "message" | "rule"> {
  readonly findings: readonly Finding[];
}

function groupsOf(findings: readonly Finding[]): FindingGroup[] {
  const groups = Map.groupBy(findings, ({ fix, message, rule }) => `${rule} ${message} ${fix}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { fix, message, rule } = first;
    return [{ fix, message, rule, findings: group }];
  });
}

const mostExamples = 6;

function Group(props: {
  readonly group: FindingGroup;
  readonly jump: (id: string) => void;
}): JSX.Element {
  const { findings, fix, message, rule } = props.group;
  const times = findings.reduce((sum, { count }) => sum + count, 0);
  return (
    <article class="finding">
      <header>
        <span class="rule">{rule}</span>
        <h3>{visible(message)}</h3>
        <span class="times">{times === 1 ? "once" : `${count(times)} times`}</span>
      </header>
      <p class="fix">{visible(fix)}</p>
      <ul>
        {findings.map((finding, index) => (
          <Place key={index} finding={finding} jump={props.jump} />
        ))}
      </ul>
    </article>
  );
}

function Place(props: {
  readonly finding: Finding;
  readonly jump: (id: string) => void;
}): JSX.Element {
  const { code, count: times, examples, name, scope, service } = props.finding;
  const where = [...new Set([name, service, scope])].filter((part) => part !== "");
  const shown = examples.slice(0, mostExamples);
  return (
    <li>
      {where.map((part) => (
        <span key={part} class="tag">
          {oneLine(part, 80)}
        </span>
      ))}
      {code !== null && (
        <code>
          {oneLine(code.file, 120)}
          {code.line === null ? "" : `:${code.line}`}
        </code>
      )}
      <span class="examples">
        {shown.map(({ record_id, span_id }, index) => (
          <button
            key={`${record_id} ${index}`}
            type="button"
            class="quiet"
            onClick={() => props.jump(record_id)}
          >
            {span_id === "" ? `record ${index + 1}` : span_id.slice(0, 8)}
          </button>
        ))}
        {times > shown.length && <span class="muted">+ {count(times - shown.length)}</span>}
      </span>
    </li>
  );
}

const words = [
  ["carried", "has the id itself"],
  ["inherited", "an ancestor has it"],
  ["joined", "shares a trace, or came through the session's door"],
  ["linked", "a link leads to it"],
  ["none", "belongs nowhere"],
] as const;

function MembershipBar({ summary }: { readonly summary: Verdict["summary"] }): JSX.Element {
  const { membership, records } = summary;
  const parts = words.filter(([word]) => membership[word] > 0);
  return (
    <section class="members">
      <h2>How its {plural(records, "record")} belong to it</h2>
      <div class="members-bar" aria-hidden="true">
        {parts.map(([word]) => (
          <span key={word} class={`m-${word}`} style={{ flexGrow: membership[word] }} />
        ))}
      </div>
      <ul>
        {parts.map(([word, why]) => (
          <li key={word}>
            <span class={`key m-${word}`} /> <b>{count(membership[word])}</b> {word}{" "}
            <span class="muted">{why}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
