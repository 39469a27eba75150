import { OtlpError } from "@throughline/core/otlp";
import type { Totals } from "@throughline/core/session";
import { createPricer } from "../../price.ts";
import { isDamage, sqliteCode } from "../schema/connect.ts";
import { Calendar } from "./calendar.ts";
import type { Cluster } from "./clusters.ts";
import type { DayWriter, Incoming } from "./day-writer.ts";
import { NotedFindings } from "./noted-findings.ts";
import type { FromWriter, RefusalData, Settled, WriterSettings } from "./protocol.ts";
import { createReadingSkimmer } from "./readings.ts";

/** A group is committed when it holds this much, or when its first delivery has waited for `gatherMs`. */
const GROUP_RECORDS = 5_000;
const GROUP_BYTES = 8 * 1024 * 1024;
/** After a full disk nothing is tried for so long; then the next delivery is the test. */
const FULL_PAUSE_MS = 1_000;

const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
/** What SQLite says when the disk can't take more, or nothing at all. */
const DISK = new Set([SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN]);

interface Delivery extends Incoming {
  readonly id: number;
}

export interface Recounted {
  readonly session: Cluster;
  /** Undefined when there was too much to count: the numbers stay as they are. */
  readonly totals: Totals | undefined;
  /** Nothing came in meanwhile. */
  readonly final: boolean;
}

export type Post = (message: FromWriter, transfer: readonly ArrayBuffer[]) => void;

/**
 * Gathers deliveries into group commits: one fdatasync acknowledges many.
 *
 * Deliveries are filed as they come, in an open transaction; nobody hears of them before the commit. What goes wrong takes the
 * whole transaction along, so the group is then filed again one by one, and only who did it is refused.
 */
export class Writer {
  readonly calendar: Calendar;
  /** What verifications of sessions found. */
  readonly findings: NotedFindings = new NotedFindings((work) => this.#alone(work));
  readonly #settings: WriterSettings;
  readonly #post: Post;
  #group: Delivery[] = [];
  #settled: Settled[] = [];
  #bytes = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #fullUntil = 0;
  lastAppendMs = 0;

  constructor(settings: WriterSettings, post: Post) {
    this.#settings = settings;
    this.#post = post;
    this.calendar = new Calendar(
      settings,
      { skimmer: createReadingSkimmer(), price: createPricer() },
      (line) => post({ type: "report", line }, []),
    );
  }

  append(delivery: Delivery): void {
    const now = Date.now();
    this.lastAppendMs = now;
    if (now < this.#fullUntil) return this.#refuse([delivery], diskFull());
    const first = this.#group.length === 0;
    if (first) this.#since = now;
    this.#group.push(delivery);
    this.#bytes += delivery.body.byteLength;
    try {
      if (first && this.calendar.turn(now))
        this.#post({ type: "days", days: this.calendar.days }, []);
      this.#file(delivery, now);
    } catch (error) {
      this.#recover(error);
    }
    const full =
      this.calendar.today.records >= GROUP_RECORDS ||
      this.#bytes >= GROUP_BYTES ||
      now - this.#since >= this.#settings.gatherMs;
    if (full) this.commit();
    else this.#timer ??= setTimeout(() => this.commit(), this.#settings.gatherMs);
  }

  commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#group.length > 0) {
      try {
        this.#commit();
      } catch (error) {
        this.#recover(error);
      }
    }
    this.#answer();
  }

  /** Takes over what recounts of sessions found. */
  settle(recounted: readonly Recounted[]): void {
    this.#alone((today) => {
      for (const { final, session, totals } of recounted)
        today.clusters.settle(session, totals, final);
      return recounted.length > 0;
    });
  }

  /** Follows links that could not be followed record by record; whether there were any. */
  untangle(): boolean {
    return this.#alone((today) => today.untangle());
  }

  /** Does something in a commit of its own, if there is anything to do. */
  #alone(work: (today: DayWriter) => boolean): boolean {
    this.commit();
    try {
      const found = work(this.calendar.today);
      if (found) this.#commit();
      return found;
    } catch (error) {
      this.#recover(error);
      return false;
    }
  }

  #file(delivery: Delivery, now: number): void {
    try {
      const receipt = this.calendar.today.file(delivery, now);
      this.#settled.push({ id: delivery.id, receipt });
    } catch (error) {
      if (!(error instanceof OtlpError)) throw error;
      // Thrown before anything of it was filed: the others of the group are not touched.
      this.#group.splice(this.#group.indexOf(delivery), 1);
      this.#settled.push({ id: delivery.id, refusal: badData(error) });
    }
  }

  #commit(): void {
    const began = performance.now();
    const notice = this.calendar.today.commit(Date.now());
    const seconds = (performance.now() - began) / 1_000;
    const requests = this.#group.length;
    this.#group = [];
    this.#bytes = 0;
    // The receipts first: a notice may be large.
    this.#answer();
    const bodies = notice.bodies.map((body) => body.buffer);
    this.#post({ type: "committed", notice, seconds, requests }, [
      ...bodies,
      notice.records.buffer,
    ]);
  }

  #answer(): void {
    if (this.#settled.length === 0 || this.#group.length > 0) return;
    const settled = this.#settled;
    this.#settled = [];
    this.#post({ type: "settled", settled }, []);
  }

  /** The transaction is lost: what its group becomes depends on why. */
  #recover(error: unknown): void {
    const group = this.#group;
    this.#forgetGroup(group);
    const reason = this.#reset(error);
    if (reason === "disk-full") {
      this.#fullUntil = Date.now() + FULL_PAUSE_MS;
      this.#refuse(group, diskFull());
      return;
    }
    for (const delivery of group) this.#fileAlone(delivery);
  }

  #fileAlone(delivery: Delivery): void {
    try {
      this.#group = [delivery];
      this.#file(delivery, Date.now());
      if (this.#group.length > 0) this.#commit();
    } catch (error) {
      this.#forgetGroup([delivery]);
      const reason = this.#reset(error);
      this.#refuse([delivery], reason === "disk-full" ? diskFull() : failed(error));
    }
    this.#answer();
  }

  /** Takes back the answers that were prepared for deliveries whose transaction is gone. */
  #forgetGroup(group: readonly Delivery[]): void {
    const ids = new Set(group.map(({ id }) => id));
    this.#settled = this.#settled.filter(({ id }) => !ids.has(id));
    this.#group = [];
    this.#bytes = 0;
  }

  /** A sound day to go on with, whatever happened. */
  #reset(error: unknown): "disk-full" | "damaged" | "failed" {
    if (isDamage(error)) {
      this.calendar.setAside(this.calendar.today.day, messageOf(error));
      this.#post({ type: "days", days: this.calendar.days }, []);
      return "damaged";
    }
    this.calendar.renew();
    if (DISK.has(sqliteCode(error))) return "disk-full";
    this.#post({ type: "report", line: `a commit failed: ${stackOf(error)}` }, []);
    return "failed";
  }

  #refuse(deliveries: readonly Delivery[], refusal: RefusalData): void {
    const settled = deliveries.map(({ id }) => ({ id, refusal }));
    if (settled.length > 0) this.#post({ type: "settled", settled }, []);
  }
}

function badData(error: OtlpError): RefusalData {
  return { kind: "bad-data", message: error.message, retryAfterSeconds: undefined };
}

function diskFull(): RefusalData {
  return {
    kind: "disk-full",
    message: "The disk that holds the data directory is full, or can't be written.",
    retryAfterSeconds: 5,
  };
}

function failed(error: unknown): RefusalData {
  return {
    kind: "failed",
    message: `The store failed on this request: ${messageOf(error)}`,
    retryAfterSeconds: undefined,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
