import { type Session, type SessionRecord, writeSessionSegment } from "@throughline/core/session";

import { getJson } from "../app/http.ts";
import type { Sink, Source } from "./source.ts";

interface Page {
  readonly records: readonly SessionRecord[];
  readonly next: string | null;
  readonly live?: string;
}

/** The first page is small so that something is seen at once. */
const firstPage = 500;
const laterPage = 5_000;
const againMs = 3_000;
/** A state changes by silence too, which no event tells. */
const stateEveryMs = 15_000;

/** Reads and follows as LiveQuery (packages/store/src/home.ts) says that nothing is missed. */
export function httpSource(): Source {
  let resting = false;
  let wake = () => {};
  return {
    rest(asked) {
      resting = asked;
      wake();
    },
    async read(reference, sink, signal) {
      // Asked for together: what is seen first waits for one answer only.
      const asked = getJson<Session>(sessionPath(reference), signal).then((session) => {
        sink.session(session);
        return session;
      });
      const [{ id }, read] = await Promise.all([
        asked,
        readPages(sessionPath(reference), sink, signal),
      ]);
      const path = sessionPath(id);
      let cursor = read;
      sink.complete();
      const state = setInterval(() => void refresh(path, sink, signal), stateEveryMs);
      signal.addEventListener("abort", () => clearInterval(state));
      while (!signal.aborted) {
        // Each open stream holds one of the six connections that a browser has for a host: a hidden tab must give it back.
        if (resting) {
          sink.following(false);
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener("abort", () => resolve());
          });
          continue;
        }
        const rested = new Promise<void>((resolve) => (wake = resolve));
        const left = await follow(path, cursor, sink, signal, rested);
        cursor = left.gap ? await readPages(path, sink, signal) : left.cursor;
      }
    },
  };
}

function sessionPath(id: string): string {
  return `/api/v1/sessions/${writeSessionSegment(id)}`;
}

/** The live cursor from before the first page. */
async function readPages(path: string, sink: Sink, signal: AbortSignal): Promise<string> {
  let live = "";
  let next: string | null = null;
  let limit = firstPage;
  do {
    const cursor: string = next === null ? "" : `&cursor=${encodeURIComponent(next)}`;
    const page: Page = await getJson<Page>(`${path}/records?limit=${limit}${cursor}`, signal);
    if (next === null) live = page.live ?? "";
    sink.records(page.records);
    next = page.next;
    limit = laterPage;
  } while (next !== null);
  return live;
}

async function refresh(path: string, sink: Sink, signal: AbortSignal): Promise<void> {
  const session = await getJson<Session>(path, signal).catch(() => undefined);
  if (session !== undefined) sink.session(session);
}

interface Left {
  readonly cursor: string;
  readonly gap: boolean;
}

/** Until there is a gap, or nobody looks. The browser connects again by itself, at the cursor of the last event. */
function follow(
  path: string,
  from: string,
  sink: Sink,
  signal: AbortSignal,
  rested: Promise<void>,
): Promise<Left> {
  return new Promise((resolve) => {
    const query = from === "" ? "" : `?cursor=${encodeURIComponent(from)}`;
    const stream = new EventSource(`${path}/live${query}`);
    let cursor = from;
    let waiting: SessionRecord[] = [];
    const leave = (gap: boolean) => {
      stream.close();
      resolve({ cursor, gap });
    };
    const seen = (event: MessageEvent<string>): unknown => {
      if (event.lastEventId !== "") cursor = event.lastEventId;
      return JSON.parse(event.data);
    };
    stream.addEventListener("open", () => sink.following(true));
    stream.addEventListener("error", () => {
      sink.following(false);
      // After a refusal (too many streams are open) the browser gives up for good.
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => leave(false), againMs);
    });
    stream.addEventListener("session", (event) => sink.session(seen(event) as Session));
    stream.addEventListener("gap", () => leave(true));
    stream.addEventListener("record", (event) => {
      // Events come one by one; what came together is told together.
      if (waiting.length === 0) {
        setTimeout(() => {
          sink.records(waiting);
          waiting = [];
        });
      }
      waiting.push(seen(event) as SessionRecord);
    });
    signal.addEventListener("abort", () => leave(false));
    void rested.then(() => leave(false));
  });
}
