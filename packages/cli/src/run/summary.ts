import { type Session, writeSessionSegment } from "@throughline/core/session";
import type { SessionReader } from "@throughline/store";

import { countsOf, membershipOf, tokensOf } from "../show/session-head.ts";
import { durationText } from "@throughline/core/figures";
import { nameOf, plural } from "../terminal/format.ts";
import { type Line, line, piece } from "../terminal/line.ts";

/** What `run` itself sends: the root, the session's start and end. */
const ownSpans = 1;
const ownLogs = 2;

/** What a run came to, for the person who started it. */
export async function summaryLines(
  reader: SessionReader,
  id: string,
  page: string,
): Promise<Line[]> {
  const session = await reader.session(id);
  if (session === undefined)
    return [
      line(
        piece("throughline ", "quiet"),
        piece("nothing arrived, not even our own records", "bad"),
      ),
    ];
  const { errors, logs, spans } = session;
  const head = [piece("throughline ", "quiet"), piece(id, "strong"), `  ${nameOf(session)}`];
  const took = durationText(session.duration_ms);
  if (spans <= ownSpans && logs <= ownLogs) return [line(...head), ...silentLines(page)];
  return [
    line(...head, `  ${took}  ${countsOf(session)}`, ...errorsOf(errors)),
    line(`  ${tokensOf(session)}`),
    line(
      `  ${plural(spans, "span")}  ${plural(logs, "log record")}`,
      ...membershipOf(session),
      ...(await gapsOf(reader, id)),
    ),
    line(piece(`  ${pageOf(page, session)}`, "name")),
  ];
}

function silentLines(page: string): Line[] {
  return [
    line(
      piece("  nothing arrived from the command", "odd"),
      ": it exports no OpenTelemetry, or exports it elsewhere.",
    ),
    line(piece(`  throughline doctor looks for the reason; the door was at ${page}`, "quiet")),
  ];
}

function errorsOf(errors: number) {
  return [errors === 0 ? piece("  no errors") : piece(`  ${plural(errors, "error")}`, "bad")];
}

async function gapsOf(reader: SessionReader, id: string) {
  const verdict = await reader.findings(id).catch(() => undefined);
  if (verdict === undefined) return [];
  const { improvement, violation } = verdict.summary.findings;
  if (violation + improvement === 0) return [piece("  contract kept", "good")];
  const said = `  ${plural(violation, "violation")}, ${plural(improvement, "improvement")}`;
  return [piece(said, violation > 0 ? "odd" : "plain")];
}

function pageOf(page: string, { id }: Session): string {
  return `${page}/sessions/${writeSessionSegment(id)}`;
}
