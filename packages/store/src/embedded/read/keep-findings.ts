import type { FindingCounts } from "@throughline/core/session";
import { ReadRefusal } from "../../refusal.ts";
import type { CommitNotice } from "../write/protocol.ts";
import type { SessionFindings } from "./findings.ts";

/** What it takes to verify sessions that nobody asked about. */
export interface Verification {
  unverified(): Promise<readonly string[]>;
  findings(session: string): Promise<SessionFindings | null>;
  note(session: string, counts: FindingCounts): void;
}

/** Nothing is verified while records come in: it would take from who waits for them. */
const IDLE_MS = 1_000;
/** Sessions fall quiet without anything coming in. */
const NOTHING_MS = 10_000;
/** Between two sessions, for whoever reads meanwhile. */
const PAUSE_MS = 5;
/** Sessions too large to verify in the time there is are left to who asks for them. */
const LEFT_OUT = 1_000;

/** Keeps what lists say of findings up to date, for the sessions that were added to last. */
export class FindingsKeeper {
  readonly #verification: Verification;
  readonly #leftOut = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #waiting: readonly string[] = [];
  #closed = false;

  constructor(verification: Verification) {
    this.#verification = verification;
    this.#later(IDLE_MS);
  }

  committed({ records }: CommitNotice): void {
    // Its own notes are commits too.
    if (records.length > 0 && !this.#closed) this.#later(IDLE_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#step(), ms);
    this.#timer.unref();
  }

  async #step(): Promise<void> {
    const mine = this.#timer;
    let next = NOTHING_MS;
    try {
      if (await this.#verifyOne()) next = PAUSE_MS;
    } catch (error) {
      // Readers that are busy, or gone: there will be a better moment.
      if (!(error instanceof ReadRefusal)) throw error;
    }
    // Records that came in meanwhile have set another time already.
    if (this.#timer === mine && !this.#closed) this.#later(next);
  }

  async #verifyOne(): Promise<boolean> {
    if (this.#waiting.length === 0) {
      const sessions = await this.#verification.unverified();
      this.#waiting = sessions.filter((session) => !this.#leftOut.has(session));
    }
    const [session, ...waiting] = this.#waiting;
    this.#waiting = waiting;
    if (session === undefined) return false;
    const found = await this.#verification.findings(session);
    if (found?.partial === undefined && found !== null && !this.#closed)
      this.#verification.note(found.session, found.report.summary.findings);
    else if (this.#leftOut.size < LEFT_OUT) this.#leftOut.add(session);
    return true;
  }
}
