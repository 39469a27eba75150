import { setImmediate } from "node:timers/promises";
import type { Session, SessionRecord } from "@throughline/core/session";
import type { LiveEvent, LiveQuery } from "../../home.ts";
import { ReadRefusal } from "../../refusal.ts";
import type { StrandAsked } from "../read/protocol.ts";
import type { CommitNotice } from "../write/protocol.ts";
import { type LivePosition, writePosition } from "./cursor.ts";
import type { NoticedOrigins } from "./noticed-origins.ts";
import { noticedRecords, placesIn } from "./noticed-records.ts";
import { SessionNews } from "./session-news.ts";
import type { NoticeWindow } from "./window.ts";

/** What a follower needs around it. */
export interface Surroundings {
  readonly window: NoticeWindow;
  readonly origins: NoticedOrigins;
  isClosed(): boolean;
  /** Settles with the next commit, or when everything is closed. */
  change(): Promise<void>;
  /** Number of the last commit in the store: its notice may be on its way still. */
  lastCommit(signal: AbortSignal): Promise<number>;
  sessions(ids: readonly string[]): Promise<readonly Session[]>;
  strand(asked: StrandAsked, signal: AbortSignal): Promise<readonly (SessionRecord | null)[]>;
}

/** Older than every commit. */
export const BEFORE_ALL: LivePosition = { commit: -1, place: 0 };

const ASKED_AT_ONCE = 256;
/** Decoding what a commit brings takes tens of milliseconds: answers and requests must not wait for all of it. */
const SLICE_MS = 2;
const TOO_OLD = "The cursor is older than what is remembered; read the records again.";
const TOO_SLOW = "Events were taken more slowly than they came; read the records again.";
const MERGED = "Another session turned out to be part of this one; read the records again.";

/** One who follows: a place in the window of recent commits, and the sessions to be told of. */
export class Follower {
  readonly #around: Surroundings;
  readonly #query: LiveQuery;
  readonly #signal: AbortSignal;
  readonly #news = new SessionNews();
  #position: LivePosition;
  #behind = TOO_OLD;
  #subject: string | undefined;
  #stopResting: () => void = () => {};
  #breathesAt = 0;

  constructor(around: Surroundings, query: LiveQuery, from: LivePosition, signal: AbortSignal) {
    this.#around = around;
    this.#query = query;
    this.#position = from;
    this.#signal = signal;
    this.#subject = query.session;
  }

  async *events(): AsyncGenerator<LiveEvent> {
    const stop = (): void => this.#stopResting();
    this.#signal.addEventListener("abort", stop);
    try {
      await this.#meetSubject();
      await this.#checkPosition();
      while (!this.#isOver) {
        const { window } = this.#around;
        if (this.#position.commit < window.first) {
          this.#position = { commit: window.next, place: 0 };
          yield this.#gap(this.#behind);
        }
        this.#behind = TOO_SLOW;
        const notice = window.at(this.#position.commit);
        if (notice !== undefined) yield* this.#tell(notice);
        yield* this.#tellSessions();
        if (this.#position.commit >= window.next && !this.#isOver)
          await this.#rest(this.#news.dueMs);
      }
    } catch (error) {
      if (!this.#isOver) throw error;
    } finally {
      this.#signal.removeEventListener("abort", stop);
    }
  }

  get #isOver(): boolean {
    return this.#signal.aborted || this.#around.isClosed();
  }

  /** By its own name: a session may be asked for by an alias, or before it has begun. */
  async #meetSubject(): Promise<void> {
    if (this.#subject === undefined) return;
    const [session] = await this.#around.sessions([this.#subject]);
    if (session !== undefined) this.#subject = session.id;
  }

  /** What is no place in this stream, or not yet, is answered like one that has gone by. */
  async #checkPosition(): Promise<void> {
    const { commit } = this.#position;
    if (commit <= this.#around.window.next) return;
    if (commit > (await this.#around.lastCommit(this.#signal)) + 1) this.#position = BEFORE_ALL;
  }

  async *#tell(notice: CommitNotice): AsyncGenerator<LiveEvent> {
    const { commit } = notice;
    const { records = this.#subject !== undefined } = this.#query;
    for (const alias of notice.aliases) {
      if (alias.id === this.#subject) this.#subject = alias.session;
      else if (!alias.merged || alias.session !== this.#subject) continue;
      if (alias.merged) yield this.#gap(MERGED);
    }
    if (records) {
      const { place } = this.#position;
      const { origins } = this.#around;
      for (const told of noticedRecords(notice, place, this.#query, this.#subject, origins)) {
        if (told !== undefined) yield this.#record(commit, told.place, told.record);
        if (performance.now() >= this.#breathesAt) await this.#breathe();
        if (this.#isOver) return;
      }
      yield* this.#tellAttached(notice);
    }
    for (const session of this.#subject === undefined ? notice.sessions : [this.#subject])
      if (notice.sessions.includes(session)) this.#news.changed(session);
    this.#position = { commit: commit + 1, place: 0 };
  }

  /** Records that were there before, and turn out to be of the session that is followed. */
  async *#tellAttached(notice: CommitNotice): AsyncGenerator<LiveEvent> {
    let place = placesIn(notice);
    for (const strand of notice.attached) {
      if (strand.session !== this.#subject) continue;
      const asked = { ...strand, query: this.#query };
      for (const record of await this.#around.strand(asked, this.#signal)) {
        const isNew = place >= this.#position.place;
        if (record !== null && isNew) yield this.#record(notice.commit, place, record);
        if (this.#isOver) return;
        place++;
      }
    }
  }

  async *#tellSessions(): AsyncGenerator<LiveEvent> {
    if (this.#news.overflows) {
      this.#news.clear();
      yield this.#gap(TOO_SLOW);
    }
    const due = this.#news.due(Date.now());
    for (let from = 0; from < due.length; from += ASKED_AT_ONCE) {
      const asked = due.slice(from, from + ASKED_AT_ONCE);
      const found = await this.#look(asked);
      if (found === undefined) {
        this.#news.postpone(Date.now());
        return;
      }
      for (const session of this.#news.told(asked, found, Date.now())) {
        yield { type: "session", cursor: writePosition(this.#position), session };
        if (this.#isOver) return;
      }
    }
  }

  /** Undefined while the readers have too much to do: later is early enough. */
  async #look(ids: readonly string[]): Promise<readonly Session[] | undefined> {
    try {
      return await this.#around.sessions(ids);
    } catch (error) {
      if (error instanceof ReadRefusal && error.kind === "busy") return undefined;
      throw error;
    }
  }

  #record(commit: number, place: number, record: SessionRecord): LiveEvent {
    this.#position = { commit, place: place + 1 };
    return { type: "record", cursor: writePosition(this.#position), record };
  }

  #gap(reason: string): LiveEvent {
    return { type: "gap", cursor: writePosition(this.#position), reason };
  }

  /** Lets everybody else on this thread have a turn. */
  async #breathe(): Promise<void> {
    await setImmediate();
    this.#breathesAt = performance.now() + SLICE_MS;
  }

  /** Until the next commit, until a session is due, or until it is over. */
  async #rest(untilMs: number | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer =
      untilMs === undefined ? undefined : setTimeout(resolve, Math.max(untilMs - Date.now(), 0));
    timer?.unref();
    // One listener for all the waiting: a stream may be open for weeks.
    this.#stopResting = resolve;
    void this.#around.change().then(resolve);
    await promise;
    clearTimeout(timer);
  }
}
