import type { Random } from "../lib/seeded.ts";
import { RARE } from "./telemetry.ts";
import type { Subject } from "./subject.ts";

/** One question in the words of a protocol; the answer is only counted. */
export interface Question {
  readonly name: string;
  /** Asked so often a round, each time about something else. */
  readonly times: number;
  url(subject: Subject, asked: Asked): string;
  /** How much there is in an answer. */
  count(answer: unknown): number;
}

export interface Asked {
  readonly session: string;
  readonly user: string;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
}

export function asked(
  random: Random,
  sessions: readonly string[],
  from: number,
  to: number,
): Asked {
  return {
    session: random.pick(sessions),
    user: `user-${random.below(500)}`,
    // Never the same window twice: an engine may remember what it answered.
    from: from + random.below(600),
    to,
  };
}

const everything = `{service_name=~".+"}`;

export const questions: readonly Question[] = [
  {
    name: "find a session's spans",
    times: 20,
    url: ({ tempo }, { from, session, to }) =>
      `${tempo}/api/search?${form({ q: `{ span.session.id = "${session}" }`, start: from, end: to })}`,
    count: traces,
  },
  {
    name: "find a session's logs",
    times: 20,
    url: ({ loki }, { from, session, to }) =>
      range(loki, `${everything} | session_id="${session}"`, from, to),
    count: lines,
  },
  {
    name: "substring in logs, rare",
    times: 3,
    url: ({ loki }, { from, to }) => range(loki, `${everything} |= "${RARE}"`, from, to),
    count: lines,
  },
  {
    name: "substring in logs, of none",
    times: 3,
    url: ({ loki }, { from, to }) => range(loki, `${everything} |= "no such text"`, from, to),
    count: lines,
  },
  {
    name: "attribute search over an hour",
    times: 3,
    url: ({ tempo }, { from, to, user }) =>
      `${tempo}/api/search?${form({
        q: `{ span.user.id = "${user}" && span.gen_ai.tool.name = "run_shell" && status = error }`,
        start: from,
        end: to,
      })}`,
    count: traces,
  },
  {
    name: "attribute search of none",
    times: 3,
    url: ({ tempo }, { from, to }) =>
      `${tempo}/api/search?${form({ q: `{ span.user.id = "nobody" }`, start: from, end: to })}`,
    count: traces,
  },
  {
    name: "p95 by tool",
    times: 2,
    url: ({ tempo }, { from, to }) =>
      `${tempo}/api/metrics/query_range?${form({
        q: "{ span.gen_ai.tool.name != nil } | quantile_over_time(duration, 0.95) by (span.gen_ai.tool.name)",
        start: from,
        end: to,
        step: "60s",
      })}`,
    count: (answer) => listIn(answer, "series").length,
  },
];

function range(loki: string, query: string, from: number, to: number): string {
  const window = { start: `${from}000000000`, end: `${to}000000000`, limit: 100 };
  return `${loki}/loki/api/v1/query_range?${form({ query, ...window })}`;
}

function form(fields: Readonly<Record<string, string | number>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  return form.toString();
}

function traces(answer: unknown): number {
  return listIn(answer, "traces").length;
}

function lines(answer: unknown): number {
  const data = fieldOf(answer, "data");
  return listIn(data, "result").reduce(
    (sum: number, stream) => sum + listIn(stream, "values").length,
    0,
  );
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const field = fieldOf(value, name);
  return Array.isArray(field) ? field : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
