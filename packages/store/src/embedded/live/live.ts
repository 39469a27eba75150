import type { Session } from "@throughline/core/session";
import type { LogqlLogsPlan } from "@throughline/query/logql";
import type { LiveEvent, LiveQuery } from "../../home.ts";
import type { TailEvent } from "../../telemetry.ts";
import type { CommitNotice } from "../write/protocol.ts";
import { readPosition } from "./cursor.ts";
import { BEFORE_ALL, Follower, type Surroundings } from "./follower.ts";
import { tailLogs } from "./log-tail.ts";
import { NoticedOrigins } from "./noticed-origins.ts";
import { SessionViews } from "./session-views.ts";
import { NoticeWindow } from "./window.ts";

/** What following live asks of the store. */
export interface LiveStore extends Pick<Surroundings, "lastCommit" | "strand"> {
  sessions(ids: readonly string[]): Promise<readonly Session[]>;
}

/**
 * Fans commits out to who follows. A follower is a place in the window of recent commits and little more: who takes slowly
 * falls behind without costing memory, and learns from a `gap` that the window went on without it.
 */
export class Live {
  readonly #window: NoticeWindow;
  readonly #origins = new NoticedOrigins();
  readonly #around: Surroundings;
  readonly #views: SessionViews;
  #change = Promise.withResolvers<void>();
  #followers = 0;
  #closed = false;

  /** `lastCommit` is the number of the last commit before this process. */
  constructor(store: LiveStore, lastCommit: number, windowBytes: number) {
    this.#window = new NoticeWindow(lastCommit, windowBytes);
    this.#views = new SessionViews((ids) => store.sessions(ids));
    this.#around = {
      lastCommit: (signal) => store.lastCommit(signal),
      strand: (asked, signal) => store.strand(asked, signal),
      sessions: (ids) => this.#views.of(ids, Date.now()),
      window: this.#window,
      origins: this.#origins,
      isClosed: () => this.#closed,
      change: () => this.#change.promise,
    };
  }

  committed(notice: CommitNotice): void {
    this.#origins.add(notice.day, notice.origins);
    const gone = this.#window.add(notice);
    if (this.#followers === 0) for (const { bodies } of gone) giveBack(bodies);
    this.#views.outdated();
    this.#wake();
  }

  /** From the call on, or from the query's cursor on, until the signal says that nobody listens any more. */
  follow(query: LiveQuery, signal: AbortSignal): AsyncIterable<LiveEvent> {
    const now = { commit: this.#window.next, place: 0 };
    const from = query.cursor === undefined ? now : (readPosition(query.cursor) ?? BEFORE_ALL);
    return this.#counted(new Follower(this.#around, query, from, signal).events());
  }

  /** From the call on. */
  tailLogs(plan: LogqlLogsPlan, signal: AbortSignal): AsyncIterable<TailEvent> {
    return this.#counted(tailLogs(this.#around, plan, signal));
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *#counted<T>(told: AsyncIterable<T>): AsyncGenerator<T> {
    this.#followers++;
    try {
      yield* told;
    } finally {
      this.#followers--;
    }
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

/**
 * Frees memory that nobody looks at any more. Left to the collector, every 64 MB of it make V8 go through the whole heap:
 * with the same done for what is received and what is compressed, a quarter of all CPU.
 */
function giveBack(bodies: CommitNotice["bodies"]): void {
  for (const { buffer } of bodies) buffer.transfer(0);
}
