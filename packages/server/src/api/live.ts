import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { LiveEvent, LiveQuery, SessionReader } from "@throughline/store";

import type { Route } from "../door/router.ts";
import { openStream, type Visit } from "../door/visit.ts";
import type { Registry } from "../health/registry.ts";
import { Refusal } from "../refusal/refusal.ts";
import { liveQuery } from "./filters.ts";
import { theSession } from "./sessions.ts";

export interface LiveOptions {
  readonly reader: SessionReader;
  readonly registry: Registry;
  /** Aborted when the server stops: every stream then ends in order, and its client comes back with its cursor. */
  readonly stopping: AbortSignal;
  readonly most: number;
  readonly heartbeatMs: number;
  /** A client that takes nothing for this long is let go; it comes back with its cursor. */
  readonly stalledMs: number;
}

const eventStream = "text/event-stream; charset=utf-8";

/** Server-sent events: `record`, `session` and `gap`, each with its cursor as id, so that a reconnect goes on exactly there. */
export function liveRoutes(options: LiveOptions): Route[] {
  const { reader, registry } = options;
  let clients = 0;
  registry.gauge("throughline_live_clients", "Open live streams.", () => clients);
  const sent = registry.counter("throughline_live_events_total", "Live events sent.", ["type"]);

  const follow = async (visit: Visit, session: string | undefined) => {
    const lastEventId = visit.request.headers["last-event-id"];
    const asked = liveQuery(visit.query, typeof lastEventId === "string" ? lastEventId : undefined);
    const query = session === undefined ? asked : { ...asked, session };
    if (visit.request.method === "HEAD") {
      openStream(visit.response, eventStream).end();
      return;
    }
    if (clients >= options.most) throw new Refusal("busy", "Too many live streams are open.");
    clients++;
    try {
      await stream(options, visit.response, query, (type) => sent.add(1, type));
    } finally {
      clients--;
    }
  };

  return [
    {
      method: "GET",
      path: "/api/v1/live",
      tongue: "json",
      name: "live",
      handle: (visit) => follow(visit, undefined),
    },
    {
      method: "GET",
      path: "/api/v1/sessions/:id/live",
      tongue: "json",
      name: "live",
      handle: async (visit) => follow(visit, await theSession(reader, visit.captured[0] ?? "")),
    },
  ];
}

async function stream(
  { reader, stopping, heartbeatMs, stalledMs }: LiveOptions,
  response: ServerResponse,
  query: LiveQuery,
  sent: (type: LiveEvent["type"]) => void,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping]);
  openStream(response, eventStream);
  // The browser's own pause of 3 s would be felt after every restart of the server.
  response.write("retry: 1000\n\n");
  const heartbeat = setInterval(() => {
    if (response.writableLength === 0) response.write(": still here\n\n");
  }, heartbeatMs);
  try {
    for await (const event of reader.live(query, signal)) {
      sent(event.type);
      // Not reading on while the client does not take what it has: the home then drops and says so with a `gap`.
      if (!response.write(frame(event))) await drained(response, signal, stalledMs);
    }
    response.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    if (!response.destroyed) response.end();
  } finally {
    clearInterval(heartbeat);
    gone.abort();
  }
}

async function drained(response: ServerResponse, signal: AbortSignal, ms: number): Promise<void> {
  const stalled = setTimeout(() => response.destroy(), ms);
  try {
    await once(response, "drain", { signal });
  } finally {
    clearTimeout(stalled);
  }
}

/** JSON has no raw line breaks, so one data line always does. Cursors are our own and hold none either. */
function frame(event: LiveEvent): string {
  return `id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(payload(event))}\n\n`;
}

function payload(event: LiveEvent): unknown {
  if (event.type === "record") return event.record;
  return event.type === "session" ? event.session : { reason: event.reason };
}
