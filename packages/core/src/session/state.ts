import type { FindingCounts } from "../verify/finding.ts";
import type { Session, SessionState } from "./session.ts";
import type { Summary } from "./summary.ts";

/** A record younger than this keeps a session live. */
const LIVE_MS = 60_000;
/** Open work is believed for this long after the last record. */
export const SILENCE_MS = 900_000;

export interface Clock {
  readonly nowMs: number;
  /** When the last record came in, by the store's clock: emitters' clocks may stand in the future. */
  readonly seenMs: number;
  readonly silenceMs?: number;
}

export function stateOf(
  summary: Summary,
  { nowMs, seenMs, silenceMs = SILENCE_MS }: Clock,
): SessionState {
  const { ended, last, latestStart, open } = summary;
  if (ended !== null && (latestStart === null || latestStart <= ended)) return "ended";
  if (open > 0) return nowMs - seenMs < silenceMs ? "live" : "interrupted";
  // What is imported long after it happened is not live.
  const recent = Math.min(seenMs, last === null ? seenMs : last / 1000);
  return nowMs - recent < LIVE_MS ? "live" : "idle";
}

export interface SessionView {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: Summary;
  readonly clock: Clock;
  readonly findings?: FindingCounts;
}

/** The JSON that everybody outside sees. */
export function sessionOf({ aliases, clock, findings, id, summary }: SessionView): Session {
  const first = summary.first ?? clock.seenMs * 1000;
  const last = summary.last ?? first;
  return {
    schema: 1,
    id,
    aliases,
    services: summary.services,
    agent: summary.agent,
    channel: summary.channel,
    state: stateOf(summary, clock),
    started_at: timeText(first),
    last_at: timeText(last),
    duration_ms: Math.round((last - first) / 1000),
    turns: summary.turns,
    spans: summary.spans,
    logs: summary.logs,
    errors: summary.errors,
    llm_calls: summary.llmCalls,
    tool_calls: summary.toolCalls,
    traces: summary.traces,
    tokens: summary.tokens,
    cost: summary.cost,
    models: summary.models,
    longest_tool:
      summary.longestTool === null
        ? null
        : { name: summary.longestTool.name, duration_ms: summary.longestTool.micros / 1000 },
    membership: summary.membership,
    findings: findings ?? null,
  };
}

/** RFC 3339; a time beyond what a Date holds (a stranger's) is the nearest it does. */
function timeText(micros: number): string {
  return new Date(Math.min(Math.max(micros / 1000, -8.64e15), 8.64e15)).toISOString();
}
