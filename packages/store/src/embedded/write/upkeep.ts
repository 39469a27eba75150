import { setImmediate as breath } from "node:timers/promises";
import { createPricer } from "../../price.ts";
import type { Totals } from "@throughline/core/session";
import type { Cluster } from "./clusters.ts";
import { compact } from "./compact.ts";
import type { FromWriter, WriterSettings } from "./protocol.ts";
import { recount } from "./recount.ts";
import type { Writer } from "./writer.ts";

/** How long nothing must have come in for the work that can wait. */
const IDLE_MS = 250;
/** A recount begins so long after its cause at the earliest: what upsets a session once often does so again at once. */
const SETTLE_MS = 500;
const RETAIN_EVERY_MS = 600_000;
/** Of each second under load so much may go into recounts. */
const SHARE = 0.1;
const BREATH_MS = 20;
/** Recounts that share a commit. */
const TOGETHER_MS = 50;

/** What the writer does beside writing, in small steps. */
export class Upkeep {
  readonly #writer: Writer;
  readonly #settings: WriterSettings;
  readonly #post: (message: FromWriter) => void;
  readonly #price = createPricer();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #retainedAt = 0;
  #recountAfter = 0;
  /** The newest block at some moments: what was there long enough ago may be compacted. */
  #blocks: { readonly at: number; readonly id: number }[] = [];

  constructor(writer: Writer, settings: WriterSettings, post: (message: FromWriter) => void) {
    this.#writer = writer;
    this.#settings = settings;
    this.#post = post;
    this.#next(IDLE_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #next(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#step(), ms);
    this.#timer.unref();
  }

  async #step(): Promise<void> {
    let more = false;
    try {
      more = await this.#work();
    } catch (error) {
      // Nothing of it is lost: what was not done is found again at the next step.
      if (!this.#stopped)
        this.#report(`upkeep: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#next(more ? 0 : IDLE_MS);
  }

  async #work(): Promise<boolean> {
    const now = Date.now();
    const idle = now - this.#writer.lastAppendMs >= IDLE_MS;
    if (now - this.#retainedAt >= RETAIN_EVERY_MS) this.#retain(now);
    if ((idle || now >= this.#recountAfter) && (await this.#recount(now))) return idle;
    const { today } = this.#writer.calendar;
    if (!idle) return false;
    if (today.deliveries.forget(now)) return true;
    return compact(today.db, this.#quietBlock(now));
  }

  /** Also under load: that is when a disk fills. */
  #retain(now: number): void {
    this.#retainedAt = now;
    this.#writer.commit();
    if (this.#writer.calendar.retain(now))
      this.#post({ type: "days", days: this.#writer.calendar.days });
  }

  /** Counts some of the sessions anew that wait for it; whether there were any. */
  async #recount(now: number): Promise<boolean> {
    if (this.#writer.untangle()) return true;
    const { calendar } = this.#writer;
    // What is read must have been written.
    this.#writer.commit();
    const { today } = calendar;
    const began = performance.now();
    const done: { session: Cluster; totals: Totals | undefined; changes: number }[] = [];
    for (const session of today.clusters.waiting(now - SETTLE_MS)) {
      if (session.sid === undefined) continue;
      const { changes, sid } = session;
      const totals = await recount(
        {
          days: [...calendar.past.days.toReversed(), today],
          sid,
          canonical: (id) => today.clusters.meaning(id),
          price: this.#price,
        },
        breathing(),
      );
      done.push({ session, totals, changes });
      if (performance.now() - began > TOGETHER_MS) break;
    }
    if (done.length === 0) return false;
    this.#recountAfter = Date.now() + (performance.now() - began) / SHARE;
    // After a failed commit or on a new day these sessions are other objects, and still wait.
    if (calendar.today === today)
      this.#writer.settle(
        done.map(({ changes, session, totals }) => ({
          session,
          totals,
          final: session.changes === changes,
        })),
      );
    return true;
  }

  #quietBlock(now: number): number {
    const { db } = this.#writer.calendar.today;
    const newest = Number(db.prepare("select max(id) as id from block").get()?.["id"] ?? 0);
    this.#blocks.push({ at: now, id: newest });
    const quiet = this.#blocks.filter(({ at }) => at <= now - this.#settings.quietMs);
    this.#blocks = [...quiet.slice(-1), ...this.#blocks.slice(quiet.length)];
    return quiet.at(-1)?.id ?? 0;
  }

  #report(line: string): void {
    this.#post({ type: "report", line });
  }
}

/** Lets others work whenever enough was done; a small session is counted in one go. */
function breathing(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < BREATH_MS) return;
    await breath();
    since = performance.now();
  };
}
