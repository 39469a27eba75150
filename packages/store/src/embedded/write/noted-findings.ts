import type { FindingCounts } from "@throughline/core/session";
import type { DayWriter } from "./day-writer.ts";

/** Sessions are verified one after the other, and each commit is an fdatasync: those of so many milliseconds are kept together. */
const TOGETHER_MS = 250;

/** What verifications of sessions found, until it is kept. */
export class NotedFindings {
  readonly #alone: (work: (today: DayWriter) => boolean) => void;
  readonly #noted = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  /** `alone` does something in a commit of its own. */
  constructor(alone: (work: (today: DayWriter) => boolean) => void) {
    this.#alone = alone;
  }

  add(session: string, findings: FindingCounts): void {
    this.#noted.set(session, JSON.stringify({ ...findings, at: Date.now() }));
    this.#timer ??= setTimeout(() => this.keep(), TOGETHER_MS);
  }

  keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const noted = [...this.#noted];
    this.#noted.clear();
    if (noted.length === 0) return;
    this.#alone(({ clusters }) => {
      for (const [session, findings] of noted) {
        const found = clusters.known(session);
        if (found === undefined) continue;
        found.findings = findings;
        clusters.touch(found);
      }
      return true;
    });
  }
}
