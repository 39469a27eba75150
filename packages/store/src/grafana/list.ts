import type { Session } from "@throughline/core/session";
import { readCursor, writeCursor } from "../embedded/read/cursor.ts";
import type { ReadOptions, SessionPage, SessionQuery } from "../home.ts";
import { type Candidate, candidatesIn } from "./candidates.ts";
import { eachOf } from "./fetch.ts";
import { lookAt, type Looking } from "./look.ts";
import { type Window, windowOf } from "./window.ts";

const LIMIT = 100;
const MOST = 1_000;
/** Sessions that are opened for one list; the newest ones. */
const MOST_OPENED = 1_000;
const OPENED_AT_ONCE = 4;
/** For so long a listed session may lack records that do not carry its id. */
const FRESH_MS = 10_000;
const MOST_KEPT = 5_000;

type Sort = NonNullable<SessionQuery["sort"]>;

interface Kept {
  readonly evidence: string;
  readonly readMs: number;
  readonly session: Session | undefined;
}

/**
 * Neither engine can list sessions, sort them or add them up. Which there are is told by the records that carry an id, the newest
 * of them; each is then opened, and kept for a moment.
 */
export class SessionList {
  readonly #looking: Looking;
  readonly #lookBackMs: number;
  readonly #kept = new Map<string, Kept>();

  constructor(looking: Looking, lookBackMs: number) {
    this.#looking = looking;
    this.#lookBackMs = lookBackMs;
  }

  /** Somebody opened the session, or verified it. */
  forget(id: string): void {
    this.#kept.delete(id);
  }

  async page(query: SessionQuery, { signal }: ReadOptions = {}): Promise<SessionPage> {
    const sort = query.sort ?? "last";
    const limit = Math.min(query.limit ?? LIMIT, MOST);
    const after = query.cursor === undefined ? undefined : readPosition(query.cursor, sort);
    const all = await this.all(query, signal);
    const wanted = all
      .filter((session) => passes(query, session))
      .toSorted((one, other) => compare(positionOf(other, sort), positionOf(one, sort)))
      .filter((session) => after === undefined || compare(positionOf(session, sort), after) < 0);
    const sessions = wanted.slice(0, limit);
    const last = sessions.at(-1);
    if (wanted.length <= limit || last === undefined) return { sessions, next: null };
    const { id, key } = positionOf(last, sort);
    return { sessions, next: writeCursor("sessions", sort, key, id) };
  }

  /** Sessions that have a record in the window, each once. */
  async all(
    asked: { readonly since?: number; readonly until?: number },
    signal?: AbortSignal,
  ): Promise<readonly Session[]> {
    const window = windowOf(this.#lookBackMs, asked);
    const candidates = await candidatesIn(this.#looking.engines, window, signal);
    const sessions = new Map<string, Session>();
    await eachOf(candidates.slice(0, MOST_OPENED), OPENED_AT_ONCE, async (candidate) => {
      const session = await this.#open(candidate, signal);
      if (session !== undefined) sessions.set(session.id, session);
    });
    return [...sessions.values()];
  }

  async #open({ evidence, id }: Candidate, signal?: AbortSignal): Promise<Session | undefined> {
    const kept = this.#kept.get(id);
    if (kept?.evidence === evidence && Date.now() - kept.readMs < FRESH_MS) return kept.session;
    const readMs = Date.now();
    // All of it: a window cuts the list, not the sessions.
    const whole: Window = windowOf(this.#lookBackMs);
    const look = await lookAt(this.#looking, id, whole, signal);
    this.#kept.delete(id);
    this.#kept.set(id, { evidence, readMs, session: look?.session });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return look?.session;
  }
}

interface Position {
  readonly key: number;
  readonly id: string;
}

function readPosition(cursor: string, sort: Sort): Position {
  const [key, id] = readCursor(cursor, ["sessions", sort], ["number", "text"]);
  return { key, id };
}

function positionOf(session: Session, sort: Sort): Position {
  return { key: keyOf(session, sort), id: session.id };
}

function keyOf({ cost, duration_ms, errors, last_at }: Session, sort: Sort): number {
  if (sort === "duration") return duration_ms;
  if (sort === "cost") return cost.amount ?? -1;
  return sort === "errors" ? errors : Date.parse(last_at);
}

function compare(one: Position, other: Position): number {
  return one.key - other.key || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}

function passes(query: SessionQuery, session: Session): boolean {
  const { errors, grep, service, since, until } = query;
  if (since !== undefined && Date.parse(session.last_at) < since) return false;
  if (until !== undefined && Date.parse(session.started_at) > until) return false;
  if (errors === true && session.errors === 0) return false;
  if (service !== undefined && !session.services.includes(service)) return false;
  return grep === undefined || wordsOf(session).some((word) => word.includes(grep));
}

function wordsOf({ agent, aliases, channel, id, models, services }: Session): readonly string[] {
  const words = [agent, channel?.type, channel?.id].flatMap((word) => word ?? []);
  return [id, ...aliases, ...words, ...models, ...services];
}
