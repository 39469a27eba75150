import type { LiveEvent, LiveQuery } from "../../home.ts";
import type { CommitNotice } from "../write/protocol.ts";
import { type LivePosition, readPosition } from "./cursor.ts";
import { Follower, type Surroundings } from "./follower.ts";
import { NoticedOrigins } from "./noticed-origins.ts";
import { NoticeWindow } from "./window.ts";

const BEFORE_ALL: LivePosition = { commit: -1, place: 0 };

/**
 * Fans commits out to who follows. A follower is a place in the window of recent commits and little more: who takes slowly
 * falls behind without costing memory, and learns from a `gap` that the window went on without it.
 */
export class Live {
  readonly #window: NoticeWindow;
  readonly #origins = new NoticedOrigins();
  readonly #around: Surroundings;
  #change = Promise.withResolvers<void>();
  #closed = false;

  /** `lastCommit` is the number of the last commit before this process. */
  constructor(
    store: Pick<Surroundings, "sessions" | "strand">,
    lastCommit: number,
    windowBytes: number,
  ) {
    this.#window = new NoticeWindow(lastCommit, windowBytes);
    this.#around = {
      ...store,
      window: this.#window,
      origins: this.#origins,
      isClosed: () => this.#closed,
      change: () => this.#change.promise,
    };
  }

  committed(notice: CommitNotice): void {
    this.#origins.add(notice.day, notice.origins);
    this.#window.add(notice);
    this.#wake();
  }

  /** From the call on, or from the query's cursor on, until the signal says that nobody listens any more. */
  follow(query: LiveQuery, signal: AbortSignal): AsyncIterable<LiveEvent> {
    const { next } = this.#window;
    const asked =
      query.cursor === undefined ? { commit: next, place: 0 } : readPosition(query.cursor);
    // What is no place in this stream is answered like one that has gone by.
    const from = asked === undefined || asked.commit > next ? BEFORE_ALL : asked;
    return new Follower(this.#around, query, from, signal).events();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
