import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "@throughline/core/session";
import type { LiveEvent, LiveQuery } from "../home.ts";
import { type Placed, jsonOf } from "./held.ts";
import type { SessionLook } from "./look.ts";
import { recordFilter } from "./records.ts";

/** What following needs of the home. */
export interface LiveSource {
  look(session: string, signal: AbortSignal): Promise<SessionLook | undefined>;
  sessions(signal: AbortSignal): Promise<readonly Session[]>;
}

interface Followed {
  readonly key: string;
  readonly told: Set<string>;
  /** What was seen after the baseline, in the order it was seen in. */
  readonly news: News[];
  /** How many news were let go of before those. */
  dropped: number;
  session: string;
  usedMs: number;
  /** The poll that is under way. */
  polling: Promise<void> | undefined;
}

type News =
  | { readonly type: "record"; readonly look: SessionLook; readonly place: Placed }
  | { readonly type: "session"; readonly session: Session };

/** The whole home, where no session is named. */
const ALL = "";
/** Who comes back within this time is told what it missed. */
const KEPT_MS = 120_000;
const MOST_FOLLOWED = 200;
const MOST_NEWS = 10_000;

/**
 * Neither engine tells what comes in for a session: it is looked at again and again, and what was not there before is told. Where
 * somebody begins is therefore the first look, and a cursor is good for as long as that is remembered.
 */
export class Live {
  readonly #source: LiveSource;
  readonly #pollMs: number;
  readonly #instance = randomUUID();
  readonly #followed = new Map<string, Followed>();
  readonly #closing = new AbortController();

  constructor(source: LiveSource, pollMs: number) {
    this.#source = source;
    this.#pollMs = pollMs;
  }

  close(): void {
    this.#closing.abort();
  }

  /** A cursor that comes after everything of this look. */
  after(session: string, look: SessionLook | undefined): string {
    const key = look?.id ?? session;
    const known = this.#followed.get(key);
    const followed = known ?? this.#remember(key);
    if (known === undefined) {
      for (const { id } of look?.places ?? []) followed.told.add(id);
      followed.session = look === undefined ? "" : JSON.stringify(look.session);
    } else if (look !== undefined) this.#note(followed, look);
    followed.usedMs = Date.now();
    return this.#cursorAt(followed, followed.dropped + followed.news.length);
  }

  async *follow(query: LiveQuery, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    try {
      yield* query.session === undefined
        ? this.#followAll(query, stop)
        : this.#followOne(query, query.session, stop);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  }

  async *#followOne(
    query: LiveQuery,
    session: string,
    signal: AbortSignal,
  ): AsyncGenerator<LiveEvent> {
    let place = query.cursor === undefined ? undefined : this.#placeOf(query.cursor);
    let followed = place && this.#followed.get(place.key);
    if (place === undefined || followed === undefined || place.at < followed.dropped) {
      const look = await this.#source.look(session, signal);
      const cursor = this.after(session, look);
      place = this.#placeOf(cursor);
      followed = place && this.#followed.get(place.key);
      if (place === undefined || followed === undefined) return;
      const reason = "Where to go on from is not remembered here.";
      if (query.cursor !== undefined) yield { type: "gap", cursor, reason };
    }
    yield* this.#news(query, followed, place.at, signal);
  }

  async *#news(
    query: LiveQuery,
    followed: Followed,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<LiveEvent> {
    for (let at = from; ;) {
      while (at < followed.dropped + followed.news.length) {
        if (at < followed.dropped) {
          at = followed.dropped;
          const reason = "The reader was too slow.";
          yield { type: "gap", cursor: this.#cursorAt(followed, at), reason };
        }
        const news = followed.news[at - followed.dropped];
        at++;
        const event = news && eventOf(query, news, this.#cursorAt(followed, at));
        if (event !== undefined) yield event;
        signal.throwIfAborted();
      }
      followed.usedMs = Date.now();
      await (followed.polling ??= this.#poll(followed, signal));
    }
  }

  /** All who follow one session share its looks. */
  async #poll(followed: Followed, signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.#pollMs, undefined, { signal });
      const look = await this.#source.look(followed.key, signal);
      if (look !== undefined) this.#note(followed, look);
    } catch (error) {
      // Somebody else's patience ended; whoever else follows begins a poll of its own.
      if (!signal.aborted) throw error;
    } finally {
      followed.polling = undefined;
    }
  }

  #note(followed: Followed, look: SessionLook): void {
    for (const place of look.places) {
      if (followed.told.has(place.id)) continue;
      followed.told.add(place.id);
      followed.news.push({ type: "record", look, place });
    }
    const session = JSON.stringify(look.session);
    if (session !== followed.session) {
      followed.session = session;
      followed.news.push({ type: "session", session: look.session });
    }
    const over = followed.news.length - MOST_NEWS;
    if (over > 0) {
      followed.news.splice(0, over);
      followed.dropped += over;
    }
  }

  /** Told are sessions that look other than at the last poll, and with `records` what is new in them. */
  async *#followAll(query: LiveQuery, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const cursor = `${this.#instance}.0.`;
    if (query.cursor !== undefined) {
      const reason = "What came in for all sessions is not remembered here.";
      yield { type: "gap", cursor, reason };
    }
    const seen = new Map<string, string>();
    const told = new Map<string, Set<string>>();
    for (let first = true; ; first = false) {
      if (!first) await sleep(this.#pollMs, undefined, { signal });
      for (const session of await this.#source.sessions(signal)) {
        const text = JSON.stringify(session);
        if (seen.get(session.id) === text) continue;
        seen.set(session.id, text);
        if (query.records === true) {
          const look = await this.#source.look(session.id, signal);
          const known = told.get(session.id) ?? new Set<string>();
          told.set(session.id, known);
          for (const place of look?.places ?? []) {
            if (known.has(place.id)) continue;
            known.add(place.id);
            if (first || look === undefined) continue;
            const event = eventOf(query, { type: "record", look, place }, cursor);
            if (event !== undefined) yield event;
          }
        }
        if (!first) yield { type: "session", cursor, session };
      }
    }
  }

  #remember(key: string): Followed {
    const now = Date.now();
    for (const [other, { usedMs }] of this.#followed)
      if (now - usedMs > KEPT_MS || this.#followed.size >= MOST_FOLLOWED)
        this.#followed.delete(other);
    const followed: Followed = {
      key,
      told: new Set(),
      news: [],
      dropped: 0,
      session: ALL,
      usedMs: now,
      polling: undefined,
    };
    this.#followed.set(key, followed);
    return followed;
  }

  #cursorAt({ key }: Followed, at: number): string {
    return `${this.#instance}.${at}.${key}`;
  }

  #placeOf(cursor: string): { readonly key: string; readonly at: number } | undefined {
    const match = /^([0-9a-f-]{36})\.(\d{1,15})\.(.+)$/su.exec(cursor);
    return match?.[1] === this.#instance && match[3] !== undefined
      ? { key: match[3], at: Number(match[2]) }
      : undefined;
  }
}

function eventOf(query: LiveQuery, news: News, cursor: string): LiveEvent | undefined {
  if (news.type === "session") return { type: "session", cursor, session: news.session };
  const { look, place } = news;
  if (!recordFilter(look, query)(place)) return undefined;
  return { type: "record", cursor, record: jsonOf(place, look.over) };
}
