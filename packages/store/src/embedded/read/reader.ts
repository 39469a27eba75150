import {
  type Clock,
  type FindingCounts,
  type Session,
  sessionOf,
  stateOf,
} from "@throughline/core/session";
import { LogBlocks } from "../query/log-blocks.ts";
import { SpanDigests } from "../query/span-digests.ts";
import { summaryOfRow } from "../schema/session-row.ts";
import { Blocks } from "./blocks.ts";
import type { Days } from "./days.ts";
import { ENTRY_BYTES } from "./entry.ts";
import { aliasesOf, findSession, rowsOfSession, type SessionRow } from "./find-session.ts";
import { type OpenedSession, openSession } from "./opened.ts";
import type { Pace } from "./pace.ts";
import { Moved } from "./records.ts";

const OPENED_BYTES = 32 * 1024 * 1024;

/** A reading goes on in what its first page saw for so long, whatever comes in meanwhile: live tells of that. */
const ONE_READING_MS = 30_000;

/** A session's newest row, and a commit that it is not older than. */
export interface FoundSession extends SessionRow {
  readonly commit: number;
}

/** What is seen of a session, and a commit after which there may be more. */
export interface SessionLook extends OpenedSession {
  readonly commit: number;
}

interface Kept {
  readonly version: string;
  readonly openedMs: number;
  readonly look: SessionLook;
}

/** What one reader thread holds: open files, decompressed blocks, and the sessions it opened last. */
export class Reader {
  readonly days: Days;
  readonly blocks: Blocks = new Blocks();
  readonly logBlocks: LogBlocks = new LogBlocks(this.blocks);
  readonly spanDigests: SpanDigests = new SpanDigests();
  readonly #silenceMs: number;
  readonly #kept = new Map<string, Kept>();
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

  find(id: string): FoundSession | undefined {
    const { commit } = this;
    const session = findSession(this.days, id);
    return session && { ...session, commit };
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
    const { last } = summaryOfRow(session.row);
    return this.isOver(session) || Date.now() - (last ?? 0) / 1000 >= this.#silenceMs;
  }

  /** Days came or went: what was opened may lie in files that are closed now. */
  forget(): void {
    this.logBlocks.forget();
    this.spanDigests.forget();
    this.#kept.clear();
    this.#entries = 0;
  }

  /**
   * Answers from the records of a session. They stay opened: the next page of a large one costs its own records only. A row
   * that is still the same says that nothing was added; who only goes on reading may do so in what was there.
   */
  async with<T>(
    session: FoundSession,
    pace: Pace,
    answer: (look: SessionLook) => Promise<T>,
    goesOn = false,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await answer(await this.#look(session, pace, goesOn));
      } catch (error) {
        // Compaction moved its blocks since it was opened.
        if (!(error instanceof Moved) || tries === 3) throw error;
        this.#forget(session.sid);
      }
    }
  }

  async #look(session: FoundSession, pace: Pace, goesOn: boolean): Promise<SessionLook> {
    const version = `${session.file.opening} ${JSON.stringify(session.row)}`;
    const kept = this.#kept.get(session.sid);
    const isYoung = kept !== undefined && Date.now() - kept.openedMs < ONE_READING_MS;
    if (kept !== undefined && (kept.version === version || (goesOn && isYoung))) {
      this.#kept.delete(session.sid);
      this.#kept.set(session.sid, kept);
      const { commit } = kept.version === version ? session : kept.look;
      return { ...kept.look, commit };
    }
    const rows = rowsOfSession(this.days, session);
    const opened = await openSession(this.days, this.blocks, rows, pace);
    const look = { ...opened, commit: session.commit };
    this.#forget(session.sid);
    this.#kept.set(session.sid, { version, openedMs: Date.now(), look });
    this.#entries += look.entries.length;
    for (const sid of this.#kept.keys()) {
      if (this.#entries * ENTRY_BYTES <= OPENED_BYTES || sid === session.sid) break;
      this.#forget(sid);
    }
    return look;
  }

  #forget(sid: string): void {
    this.#entries -= this.#kept.get(sid)?.look.entries.length ?? 0;
    this.#kept.delete(sid);
  }

  #clock({ row }: SessionRow): Clock {
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
