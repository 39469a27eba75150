import { type FindingCounts, type Session, sessionOf, stateOf } from "@throughline/core/session";
import { summaryOfRow } from "../schema/session-row.ts";
import { Blocks } from "./blocks.ts";
import type { Days } from "./days.ts";
import { ENTRY_BYTES } from "./entry.ts";
import { aliasesOf, findSession, rowsOfSession, type SessionRow } from "./find-session.ts";
import { type OpenedSession, openSession } from "./opened.ts";
import type { Pace } from "./pace.ts";
import { Moved } from "./records.ts";

const OPENED_BYTES = 64 * 1024 * 1024;

interface Kept {
  readonly version: string;
  readonly opened: OpenedSession;
}

/** What one reader thread holds: open files, decompressed blocks, and the sessions it opened last. */
export class Reader {
  readonly days: Days;
  readonly blocks: Blocks = new Blocks();
  readonly #silenceMs: number;
  readonly #opened = new Map<string, Kept>();
  #entries = 0;

  constructor(days: Days, silenceMs: number) {
    this.days = days;
    this.#silenceMs = silenceMs;
  }

  /** A live cursor that comes after everything read from now on: what is read may already hold more, never less. */
  get commit(): number {
    // A day that has just begun has no commit yet.
    return Math.max(0, ...this.days.all.slice(0, 2).map(({ commit }) => commit));
  }

  find(id: string): SessionRow | undefined {
    return findSession(this.days, id);
  }

  view(session: SessionRow): Session {
    return sessionOf({
      id: session.sid,
      aliases: aliasesOf(session),
      summary: summaryOfRow(session.row),
      clock: this.#clock(session),
      ...findingsOf(session),
    });
  }

  /** Whether nobody is at the unfinished work of this session any more. */
  isOver(session: SessionRow): boolean {
    const state = stateOf(summaryOfRow(session.row), this.#clock(session));
    return state === "ended" || state === "interrupted";
  }

  /** Whether what is missing will hardly come any more: the session has ended, or was silent for long. */
  isSettled(session: SessionRow): boolean {
    const silent = Date.now() - Date.parse(this.view(session).last_at);
    return this.isOver(session) || silent >= this.#silenceMs;
  }

  /**
   * Answers from the records of a session. They stay opened: the next page of a large one costs its own records only. A row
   * that is still the same says that nothing was added.
   */
  async with<T>(
    session: SessionRow,
    pace: Pace,
    answer: (opened: OpenedSession) => Promise<T>,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await answer(await this.#open(session, pace));
      } catch (error) {
        // Compaction moved its blocks since it was opened.
        if (!(error instanceof Moved) || tries === 3) throw error;
        this.#forget(session.sid);
      }
    }
  }

  async #open(session: SessionRow, pace: Pace): Promise<OpenedSession> {
    const version = `${session.file.opening} ${JSON.stringify(session.row)}`;
    const kept = this.#opened.get(session.sid);
    if (kept?.version === version) {
      this.#opened.delete(session.sid);
      this.#opened.set(session.sid, kept);
      return kept.opened;
    }
    const rows = rowsOfSession(this.days, session);
    const opened = await openSession(this.days, this.blocks, rows, pace);
    this.#forget(session.sid);
    this.#opened.set(session.sid, { version, opened });
    this.#entries += opened.entries.length;
    for (const sid of this.#opened.keys()) {
      if (this.#entries * ENTRY_BYTES <= OPENED_BYTES || sid === session.sid) break;
      this.#forget(sid);
    }
    return opened;
  }

  #forget(sid: string): void {
    this.#entries -= this.#opened.get(sid)?.opened.entries.length ?? 0;
    this.#opened.delete(sid);
  }

  #clock({ row }: SessionRow) {
    return { nowMs: Date.now(), seenMs: Number(row["seen"]), silenceMs: this.#silenceMs };
  }
}

/** What the last verification found, if there was one. */
function findingsOf({ row }: SessionRow): { readonly findings?: FindingCounts } {
  const kept = row["findings"];
  if (typeof kept !== "string") return {};
  // The writer's own text.
  const { improvement, information, violation } = JSON.parse(kept) as FindingCounts;
  return { findings: { violation, improvement, information } };
}
