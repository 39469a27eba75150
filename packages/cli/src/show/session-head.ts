import type { Session } from "@throughline/core/session";

import { briefText, costText, durationText } from "@throughline/core/figures";
import { dateText, nameOf, plural } from "../terminal/format.ts";
import { type Line, line, type Piece, piece } from "../terminal/line.ts";
import { channelText, stateOf } from "./session-table.ts";

/** What a session is and adds up to, before its tree. */
export function headLines(session: Session): Line[] {
  const { aliases, errors, id, models } = session;
  return [
    line(
      piece("session ", "quiet"),
      piece(id, "strong"),
      "  ",
      stateOf(session),
      ...about(session),
    ),
    ...aliases.map((alias) => line(piece(`  also ${alias}`, "quiet"))),
    line(
      `  ${dateText(Date.parse(session.started_at))}  ${durationText(session.duration_ms)}  ${countsOf(session)}`,
      ...(errors === 0 ? [] : ["  ", piece(plural(errors, "error"), "bad")]),
    ),
    line(`  ${tokensOf(session)}${models.length === 0 ? "" : `  ${models.join(", ")}`}`),
    line(
      "  ",
      piece(recordsOf(session), "quiet"),
      ...membershipOf(session),
      ...findingsOf(session),
    ),
  ];
}

function about(session: Session): Piece[] {
  const said = [nameOf(session), channelText(session)].filter((part) => part !== "");
  return said.length === 0 ? [] : [piece(`  ${said.join("  ")}`)];
}

export function countsOf({ llm_calls, tool_calls, turns }: Session): string {
  return [
    plural(turns, "turn"),
    plural(llm_calls, "model call"),
    plural(tool_calls, "tool call"),
  ].join("  ");
}

export function tokensOf({ cost, tokens }: Session): string {
  const { cache_read, input, output } = tokens;
  const cached = cache_read > 0 ? ` (${briefText(cache_read)} cached)` : "";
  const price = cost.amount === null ? "cost unknown" : costText(cost);
  return `tokens ${briefText(input)}${cached} in  ${briefText(output)} out  ${price}`;
}

function recordsOf({ logs, spans, traces }: Session): string {
  return `${plural(spans, "span")}  ${plural(logs, "log record")}  ${plural(traces, "trace")}`;
}

/** What does not carry the session's id itself is what the contract calls a gap. */
export function membershipOf({ membership }: Session): Piece[] {
  const { inherited, joined, linked } = membership;
  const without = Object.entries({ inherited, joined, linked }).filter(([, count]) => count > 0);
  if (without.length === 0) return [];
  const said = without.map(([how, count]) => `${count} ${how}`).join(", ");
  return [piece("  without the id: "), piece(said, "odd")];
}

function findingsOf({ findings }: Session): Piece[] {
  if (findings === null) return [];
  const { improvement, violation } = findings;
  if (violation + improvement === 0) return [piece("  "), piece("contract kept", "good")];
  const said = [
    violation > 0 ? plural(violation, "violation") : "",
    improvement > 0 ? plural(improvement, "improvement") : "",
  ].filter((part) => part !== "");
  return [piece("  "), piece(said.join(", "), violation > 0 ? "bad" : "odd")];
}
