import { CommandError, exit } from "../exit-codes.ts";
import { askEngineJson } from "../home/engines.ts";
import type { Connection } from "../home/remote/connection.ts";
import { linesIn, type LogLine } from "./log-line.ts";
import { Seen } from "./seen.ts";

export interface LineQuery {
  readonly logql: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Loki's bound for one answer (`max_entries_limit_per_query`). */
const perPage = 5_000;

/** The first lines are wanted soon: 5,000 take a server and us some hundred milliseconds. */
const firstPage = 200;

/** Every line of the window, oldest first, each once. */
export async function* linesForward(
  loki: Connection,
  { endNs, logql, startNs }: LineQuery,
  signal?: AbortSignal,
): AsyncGenerator<LogLine> {
  let start = startNs;
  let seen = new Seen();
  for (let limit = firstPage; ; limit = perPage) {
    const page = await queryRange(loki, { logql, startNs: start, endNs }, limit, "forward", signal);
    yield* seen.unseenIn(page);
    const last = page.at(-1)?.timeNs;
    if (page.length < limit || last === undefined) return;
    // Lines of the last moment may have been cut apart: they are asked for again, unless they alone fill a page.
    start = last > start ? last : last + 1n;
    const atLast = page.filter(({ timeNs }) => timeNs === last);
    seen = new Seen();
    seen.unseenIn(atLast);
  }
}

/** The newest lines of the window, oldest first. */
export async function newestLines(
  loki: Connection,
  query: LineQuery,
  limit: number,
): Promise<LogLine[]> {
  const pages: LogLine[][] = [];
  let found = 0;
  let endNs = query.endNs;
  while (found < limit) {
    const wanted = Math.min(perPage, limit - found);
    const page = await queryRange(loki, { ...query, endNs }, wanted, "backward");
    pages.unshift(page);
    found += page.length;
    const first = page[0]?.timeNs;
    if (page.length < wanted || first === undefined) break;
    endNs = first;
  }
  return pages.flat();
}

/** The answers of Loki to one question: at most `limit`, oldest first. */
async function queryRange(
  loki: Connection,
  { endNs, logql, startNs }: LineQuery,
  limit: number,
  direction: "forward" | "backward",
  signal?: AbortSignal,
): Promise<LogLine[]> {
  if (endNs <= startNs) return [];
  const answer = await askEngineJson(loki, "/loki/api/v1/query_range", {
    query: {
      query: logql,
      start: String(startNs),
      end: String(endNs),
      limit: String(limit),
      direction,
    },
    headers: { "x-loki-response-encoding-flags": "categorize-labels" },
    ...(signal !== undefined && { signal }),
  });
  const data = typeof answer === "object" && answer !== null && "data" in answer ? answer.data : {};
  const type = typeof data === "object" && data !== null && "resultType" in data && data.resultType;
  if (type !== "streams")
    throw new CommandError(
      "the query asks for numbers, not for lines.",
      "Numbers over time are for Grafana, or for: curl .../loki/api/v1/query_range",
      exit.usage,
    );
  const result = typeof data === "object" && data !== null && "result" in data && data.result;
  return linesIn(result);
}
