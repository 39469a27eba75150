import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  OtlpError,
  type OtlpErrorCode,
  sayOtlpError,
  type Skimmer,
  type SkimResult,
} from "@throughline/core/otlp";
import type { Pricer } from "@throughline/core/session";
import type { Receipt, Signal } from "../../home.ts";
import type { Day } from "../days/day.ts";
import type { Past } from "../days/past.ts";
import { Attachments } from "./attachments.ts";
import { Belonging } from "./belonging.ts";
import { BlockPacker } from "./blocks.ts";
import { Clusters } from "./clusters.ts";
import { Deliveries } from "./deliveries.ts";
import { Filed } from "./filed.ts";
import { Filing } from "./filing.ts";
import { Links } from "./links.ts";
import { Metrics } from "./metrics.ts";
import { Origins } from "./origins.ts";
import type { CommitNotice } from "./protocol.ts";
import { Traces } from "./traces.ts";
import { Words } from "./words.ts";

export interface Incoming {
  readonly signal: Signal;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly door: string | undefined;
}

export interface Tools {
  readonly skimmer: Skimmer;
  readonly price: Pricer;
}

/** Caches are trimmed once in so many commits. */
const TRIM_EVERY = 16;
const RELIEF_EVERY = 20_000;

/**
 * The current day's file and all that is remembered of it. What is remembered runs ahead of the file until the commit: after a
 * failed one this object is thrown away and a new one made.
 */
export class DayWriter {
  readonly day: Day;
  readonly db: DatabaseSync;
  readonly clusters: Clusters;
  readonly deliveries: Deliveries;
  readonly #tools: Tools;
  readonly #traces: Traces;
  readonly #origins: Origins;
  readonly #attachments: Attachments;
  readonly #links: Links;
  readonly #belonging: Belonging;
  readonly #packer: BlockPacker;
  readonly #filing: Filing;
  readonly #metrics: Metrics;
  readonly #filed = new Filed();
  readonly #saveCommit: StatementSync;
  #commit: number;
  #bodies: Buffer<ArrayBuffer>[] = [];
  #records = 0;
  /** Sessions that changed since the last commit. */
  #touched = new Set<string>();

  constructor(db: DatabaseSync, day: Day, past: Past, tools: Tools) {
    this.db = db;
    this.day = day;
    this.#tools = tools;
    this.#commit = lastCommit(db, past);
    this.#saveCommit = db.prepare("insert or replace into meta (key, value) values ('commit', ?)");
    const words = new Words(db);
    this.#origins = new Origins(db, words);
    this.clusters = new Clusters(db, day, past, (session) => this.#belonging.begun(session));
    this.#traces = new Traces(db, past, this.clusters);
    this.#attachments = new Attachments(db, day, this.clusters, this.#traces);
    this.#links = new Links(db, past, this.clusters, this.#traces, this.#attachments);
    this.#belonging = new Belonging(this.clusters, this.#traces, this.#attachments, this.#links);
    this.#packer = new BlockPacker(db, true);
    this.#metrics = new Metrics(db, this.#origins, this.clusters);
    this.deliveries = new Deliveries(db, past);
    this.#filing = new Filing({
      db,
      words,
      origins: this.#origins,
      clusters: this.clusters,
      traces: this.#traces,
      attachments: this.#attachments,
      links: this.#links,
      belonging: this.#belonging,
      filed: this.#filed,
      price: tools.price,
    });
  }

  /** Records filed since the last commit. */
  get records(): number {
    return this.#records;
  }

  /** Files a request in the open transaction. Throws OtlpError, with nothing filed, when it is no OTLP. */
  file({ body, door, signal }: Incoming, nowMs: number): Receipt {
    const begun = !this.db.isTransaction;
    if (begun) this.db.exec("begin immediate");
    const digest = this.deliveries.digest(signal, door, body);
    const first = this.deliveries.first(digest, nowMs);
    if (first !== undefined) return first;
    try {
      const receipt = this.#fileNew(signal, body, door, nowMs);
      this.deliveries.remember(digest, nowMs, receipt);
      return receipt;
    } catch (error) {
      // A group of bad requests alone would leave its transaction open, in the way of whatever comes between groups.
      if (begun && error instanceof OtlpError) this.db.exec("rollback");
      throw error;
    }
  }

  /** Follows links that could not be followed record by record; whether there were any. Between groups only. */
  untangle(): boolean {
    if (!this.#links.tangled) return false;
    this.db.exec("begin immediate");
    this.#links.untangle();
    return true;
  }

  /** Makes everything filed durable, and says what that was. */
  commit(nowMs: number): CommitNotice {
    if (!this.db.isTransaction) this.db.exec("begin immediate");
    this.#write();
    this.#saveCommit.run(++this.#commit);
    this.db.exec("commit");
    const notice = this.#filed.take(
      { commit: this.#commit, day: this.day, atMs: nowMs },
      this.#bodies.map(({ buffer }) => new Uint8Array(buffer)),
      this.#origins.takeFresh(),
      this.#attachments.takeTold(),
      this.#belonging.takeAliases(),
      this.#touched,
    );
    this.#touched = new Set();
    this.#bodies = [];
    this.#records = 0;
    if (this.#commit % TRIM_EVERY === 0) {
      this.clusters.trim();
      this.#traces.trim();
    }
    return notice;
  }

  /** One request may hold a million records, each with a session of its own: they must not all wait in memory. */
  #relieve(): void {
    if (++this.#records % RELIEF_EVERY !== 0) return;
    this.#write();
    this.clusters.trim();
    this.#traces.trim();
  }

  /** Writes what was filed, within the open transaction. */
  #write(): void {
    this.#filed.pack(this.#packer, this.#bodies);
    for (const { sid } of this.clusters.flush()) if (sid !== undefined) this.#touched.add(sid);
    this.#traces.flush();
  }

  #fileNew(
    signal: Signal,
    body: Uint8Array<ArrayBuffer>,
    door: string | undefined,
    nowMs: number,
  ): Receipt {
    const { skimmer } = this.#tools;
    if (signal === "metrics") {
      const result = skimmer.metrics(body, (metric) => this.#metrics.add(metric));
      return receiptOf(result, this.#metrics.flush(nowMs));
    }
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const request = { index: this.#bodies.push(bytes) - 1, bytes, door, atMs: nowMs };
    try {
      const result =
        signal === "traces"
          ? skimmer.traces(body, (span) => {
              this.#filing.span(span, request);
              this.#relieve();
            })
          : skimmer.logs(body, (log) => {
              this.#filing.log(log, request);
              this.#relieve();
            });
      return receiptOf(result, result.accepted);
    } catch (error) {
      if (error instanceof OtlpError) this.#bodies.pop();
      throw error;
    }
  }
}

/** Counted on through all days, so that live cursors keep their order. */
function lastCommit(db: DatabaseSync, past: Past): number {
  const text = "select value from meta where key = 'commit'";
  const counts = [db, ...past.days.map((day) => day.db)].map((each) =>
    Number(each.prepare(text).get()?.["value"] ?? 0),
  );
  return Math.max(...counts);
}

function receiptOf({ reasons, rejected }: SkimResult, accepted: number): Receipt {
  return { accepted, rejected, reason: reasonOf(reasons), duplicate: false };
}

function reasonOf(reasons: ReadonlyMap<OtlpErrorCode, number>): string {
  return [...reasons].map(([code, count]) => `${count} rejected: ${sayOtlpError(code)}`).join("; ");
}
