import type { Session, SessionState } from "@throughline/core/session";

import { agoText, briefText, costText, durationText } from "@throughline/core/figures";
import { dateText, nameOf } from "../terminal/format.ts";
import { neutralise } from "../terminal/foreign.ts";
import { type Line, type Piece, piece, tableLines, type Tone } from "../terminal/line.ts";
import { cutTo, widthOf } from "../terminal/width.ts";

const stateTones: Readonly<Record<SessionState, Tone>> = {
  live: "good",
  idle: "plain",
  ended: "quiet",
  interrupted: "odd",
};

export function stateOf({ state }: Session): Piece {
  return piece(state, stateTones[state]);
}

interface Column {
  readonly title: string;
  readonly isWide?: boolean;
  readonly cell: (session: Session, now: number) => Piece | string;
}

const columns: readonly Column[] = [
  { title: "SESSION", cell: ({ id }) => piece(id, "name") },
  { title: "STATE", cell: stateOf },
  { title: "AGENT", cell: (session) => nameOf(session) },
  { title: "CHANNEL", isWide: true, cell: (session) => channelText(session) },
  { title: "STARTED", isWide: true, cell: ({ started_at }) => dateText(Date.parse(started_at)) },
  { title: "LAST", cell: ({ last_at }, now) => agoText(now - Date.parse(last_at)) },
  { title: "TOOK", cell: ({ duration_ms }) => durationText(duration_ms) },
  { title: "TURNS", cell: ({ turns }) => String(turns) },
  { title: "CALLS", cell: ({ llm_calls }) => String(llm_calls) },
  { title: "TOOLS", cell: ({ tool_calls }) => String(tool_calls) },
  {
    title: "ERRORS",
    cell: ({ errors }) => piece(String(errors), errors > 0 ? "bad" : "plain"),
  },
  { title: "TOKENS", cell: ({ tokens }) => briefText(tokens.input + tokens.output) },
  { title: "COST", cell: ({ cost }) => costText(cost) },
  { title: "SPANS", isWide: true, cell: ({ spans }) => String(spans) },
  { title: "LOGS", isWide: true, cell: ({ logs }) => String(logs) },
  { title: "TRACES", isWide: true, cell: ({ traces }) => String(traces) },
  { title: "FINDINGS", isWide: true, cell: ({ findings }) => findingsText(findings) },
  { title: "SERVICES", isWide: true, cell: ({ services }) => services.join(" ") },
  { title: "MODELS", isWide: true, cell: ({ models }) => models.join(" ") },
];

/** Enough to name a session by. */
const leastOfId = 9;

/** `columns` is the width of the screen: ids give way, as their beginnings name a session too. */
export function sessionTable(
  sessions: readonly Session[],
  { columns: room, isWide, now }: TableOptions,
): Line[] {
  if (sessions.length === 0) return [];
  const shown = columns.filter((column) => isWide || column.isWide !== true);
  const titles = shown.map(({ title }) => title);
  const rows = sessions.map((session) => shown.map(({ cell }) => cell(session, now)));
  const whole = tableLines(titles, rows);
  const taken = Math.max(...whole.map(widthOfLine));
  if (room === undefined || isWide || taken <= room) return whole;
  const ids = sessions.map(({ id }) => neutralise(id));
  const widest = Math.max(...ids.map(widthOf));
  const left = Math.max(leastOfId, widest - (taken - room));
  const cut = rows.map(([, ...rest], row) => [piece(cutTo(ids[row] ?? "", left), "name"), ...rest]);
  return tableLines(titles, cut);
}

export interface TableOptions {
  readonly isWide: boolean;
  readonly now: number;
  readonly columns: number | undefined;
}

function widthOfLine({ left }: Line): number {
  return left.reduce((sum, { text }) => sum + widthOf(text), 0);
}

export function channelText({ channel }: Session): string {
  return [channel?.type, channel?.id]
    .filter((part) => part !== null && part !== undefined)
    .join(" ");
}

function findingsText(findings: Session["findings"]): string {
  if (findings === null) return "not verified";
  const { improvement, violation } = findings;
  return `${violation} + ${improvement}`;
}
