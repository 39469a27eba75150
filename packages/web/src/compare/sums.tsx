import { costText, durationText } from "@throughline/core/figures";
import type { Session } from "@throughline/core/session";
import type { JSX } from "preact";

import { sessionPlace } from "../app/address.ts";
import type { Go } from "../app/use-place.ts";
import { count } from "../text/format.ts";
import { oneLine } from "../text/visible.ts";

export function Sums({
  a,
  b,
  go,
}: {
  readonly a: Session;
  readonly b: Session;
  readonly go: Go;
}): JSX.Element {
  const rows: readonly (readonly [string, string, string, string, number])[] = [
    line("Duration", a.duration_ms, b.duration_ms, durationText),
    line("Turns", a.turns, b.turns, count),
    line("Model calls", a.llm_calls, b.llm_calls, count),
    line("Tool calls", a.tool_calls, b.tool_calls, count),
    line("Errors", a.errors, b.errors, count),
    line("Tokens in", a.tokens.input, b.tokens.input, count),
    line("Tokens out", a.tokens.output, b.tokens.output, count),
    costLine(a, b),
  ];
  const head = (session: Session, letter: string) => (
    <th scope="col" class="number">
      <button type="button" class="quiet" onClick={() => go(sessionPlace(session.id))}>
        {letter}: {oneLine(session.agent ?? session.services[0] ?? "session", 40)}
      </button>
      <code class="id">{oneLine(session.id, 40)}</code>
    </th>
  );
  return (
    <table class="figures versus">
      <caption class="unseen">Sums of both</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">What</span>
          </th>
          {head(a, "A")}
          {head(b, "B")}
          <th scope="col" class="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, left, right, delta, sign]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{left}</td>
            <td class="number">{right}</td>
            <td class={`number ${signClass(sign)}`}>{delta}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function line(
  name: string,
  a: number,
  b: number,
  say: (value: number) => string,
): readonly [string, string, string, string, number] {
  return [name, say(a), say(b), signed(b - a, say) + share(a, b), b - a];
}

function costLine({ cost: a }: Session, { cost: b }: Session): ReturnType<typeof line> {
  const known = a.amount !== null && b.amount !== null && a.currency === b.currency;
  const by = known ? (b.amount ?? 0) - (a.amount ?? 0) : 0;
  const say = (value: number) => costText({ ...a, amount: value, complete: true });
  return ["Cost", costText(a), costText(b), known ? signed(by, say) : "unknown", by];
}

export function signed(by: number, say: (value: number) => string): string {
  if (by === 0) return "same";
  return by > 0 ? `+${say(by)}` : `−${say(-by)}`;
}

function share(a: number, b: number): string {
  if (a === 0 || a === b) return "";
  const percent = Math.round(((b - a) / a) * 100);
  return Math.abs(percent) > 999
    ? ` (×${Math.round(b / a)})`
    : ` (${percent > 0 ? "+" : "−"}${Math.abs(percent)} %)`;
}

export function signClass(sign: number): string {
  return sign > 0 ? "grew" : sign < 0 ? "shrank" : "none";
}
