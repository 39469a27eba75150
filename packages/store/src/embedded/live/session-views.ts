import type { Session } from "@throughline/core/session";

/** Followers that wake at one commit ask within moments of each other. */
const SHARED_MS = 200;

/** Looks sessions up once for all who follow: fifty open pages cost what one does. */
export class SessionViews {
  readonly #read: (ids: readonly string[]) => Promise<readonly Session[]>;
  readonly #views = new Map<string, Promise<Session | undefined>>();
  #since = 0;

  constructor(read: (ids: readonly string[]) => Promise<readonly Session[]>) {
    this.#read = read;
  }

  /** Something was committed: what was read before says less. */
  outdated(): void {
    this.#views.clear();
  }

  async of(ids: readonly string[], nowMs: number): Promise<readonly Session[]> {
    // Without a commit the clock alone changes a session's state.
    if (nowMs - this.#since > SHARED_MS) this.#views.clear();
    const unread = ids.filter((id) => !this.#views.has(id));
    if (unread.length > 0) this.#ask(unread, nowMs);
    const views = ids.map((id) => this.#views.get(id)).filter((view) => view !== undefined);
    const found = await Promise.all(views);
    return found.filter((session) => session !== undefined);
  }

  #ask(ids: readonly string[], nowMs: number): void {
    if (this.#views.size === 0) this.#since = nowMs;
    const answer = this.#read(ids);
    for (const id of ids) {
      const view = answer.then((sessions) =>
        sessions.find((session) => session.id === id || session.aliases.includes(id)),
      );
      this.#views.set(id, view);
      // A refusal is not remembered: the next one asks again.
      view.catch(() => this.#views.delete(id));
    }
  }
}
