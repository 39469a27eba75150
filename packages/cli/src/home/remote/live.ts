import { setTimeout as pause } from "node:timers/promises";
import { writeFilters } from "@throughline/core/filters";
import type { LiveEvent, LiveQuery } from "@throughline/store";

import { isRecord, isSession } from "./answers.ts";
import { type Connection, explained, Refused, request, Unreachable } from "./connection.ts";
import { readEvents, type SentEvent } from "./events.ts";

const pausesMs = [100, 250, 500, 1_000, 2_000] as const;

/**
 * Follows over server-sent events. A connection that breaks is opened again at the cursor of the last event, for as long as
 * anybody listens: a server that restarts is back in a second or in an hour.
 */
export async function* followRemote(
  connection: Connection,
  query: LiveQuery,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  let { cursor } = query;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const response = await request(connection, pathOf(query, cursor), {
        signal,
        accept: "text/event-stream",
      });
      failures = 0;
      for await (const sent of readEvents(bodyOf(response))) {
        const event = liveEvent(sent);
        if (event === undefined) continue;
        cursor = event.cursor;
        yield event;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!passes(error)) throw explained(error);
    }
    const ms = pausesMs[Math.min(failures++, pausesMs.length - 1)];
    await pause(ms, undefined, { signal }).catch(() => {});
  }
}

function bodyOf({ body }: Response): AsyncIterable<Uint8Array> {
  if (body === null) throw new TypeError("the answer has no body");
  return body;
}

/** What another try may mend: nobody there, a connection that broke, a server that is busy or stopping. */
function passes(error: unknown): boolean {
  if (error instanceof Refused) return error.said.status === 429 || error.said.status === 503;
  return error instanceof Unreachable || error instanceof TypeError;
}

function pathOf({ records, session, ...filters }: LiveQuery, cursor: string | undefined): string {
  const parameters = writeFilters(filters);
  if (session !== undefined) parameters.set("session", session);
  if (records !== undefined) parameters.set("records", String(records));
  // A cursor that is no cursor gets its gap from the home, an empty one too.
  if (cursor !== undefined) parameters.set("cursor", cursor === "" ? "none" : cursor);
  return `/api/v1/live?${parameters.toString()}`;
}

function liveEvent({ data, id, type }: SentEvent): LiveEvent | undefined {
  const told: unknown = JSON.parse(data);
  if (type === "record" && isRecord(told)) return { type, cursor: id, record: told };
  if (type === "session" && isSession(told)) return { type, cursor: id, session: told };
  if (type !== "gap") return undefined;
  const reason = typeof told === "object" && told !== null && "reason" in told && told.reason;
  return { type, cursor: id, reason: String(reason) };
}
