import type { Session } from "@throughline/core/session";

/** A session is told of at most so often, however fast its records come. */
const PAUSE_MS = 250;
/** After this a session without new records may have become idle; see stateOf. */
const LIVE_MS = 61_000;
/** Changed sessions that may wait for a consumer who takes nothing. */
const MOST_WAITING = 10_000;

/** Which sessions to tell a follower of, and when: those that changed, and those that fell silent since. */
export class SessionNews {
  readonly #changed = new Set<string>();
  /** Sessions told as live, and when to look again. */
  readonly #live = new Map<string, number>();
  #next = 0;

  changed(session: string): void {
    this.#changed.add(session);
  }

  get overflows(): boolean {
    return this.#changed.size > MOST_WAITING;
  }

  clear(): void {
    this.#changed.clear();
  }

  /** Sessions to look at now. They come again until they were told. */
  due(nowMs: number): readonly string[] {
    if (nowMs < this.#next) return [];
    const silent = [];
    for (const [session, atMs] of this.#live) {
      // In order of time.
      if (atMs > nowMs) break;
      silent.push(session);
    }
    return [...new Set([...this.#changed, ...silent])];
  }

  /** Nobody could be asked: later. */
  postpone(nowMs: number): void {
    // All who follow keep one beat, so that they can share what is read.
    this.#next = (Math.floor(nowMs / PAUSE_MS) + 1) * PAUSE_MS;
  }

  /** When to ask again; undefined while there is nothing to wait for. */
  get dueMs(): number | undefined {
    if (this.#changed.size > 0) return this.#next;
    const [next] = this.#live.values();
    return next;
  }

  /** What was found: the sessions that are news. */
  told(asked: readonly string[], found: readonly Session[], nowMs: number): readonly Session[] {
    this.postpone(nowMs);
    const news = found.filter(({ id, state }) => this.#changed.has(id) || state !== "live");
    for (const id of asked) {
      this.#changed.delete(id);
      this.#live.delete(id);
    }
    for (const { id, state } of found)
      if (state === "live" && this.#live.size < MOST_WAITING) this.#live.set(id, nowMs + LIVE_MS);
    return news;
  }
}
