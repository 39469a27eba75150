import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Past } from "../days/past.ts";

/** Links of traces without a session that are remembered; what is beyond them is followed only from the other end. */
const KEPT = 200_000;
/** Of those of yesterday so many are passed on. */
const PASSED_ON = 20_000;

/** Which traces wait for which: by the 16 bytes of their ids, as latin-1. */
export class Awaited {
  readonly #byTarget = new Map<string, Set<string>>();
  readonly #insert: StatementSync;
  #size = 0;

  constructor(db: DatabaseSync, past: Past) {
    this.#insert = db.prepare("insert or ignore into awaited (target, waiting) values (?, ?)");
    for (const row of db.prepare("select * from awaited limit ?").iterate(KEPT))
      this.#remember(latin1(row["target"]), latin1(row["waiting"]));
    if (this.#size === 0) this.#passOn(db, past);
  }

  add(target: string, waiting: string): void {
    if (this.#size >= KEPT) return;
    this.#insert.run(Buffer.from(target, "latin1"), Buffer.from(waiting, "latin1"));
    this.#remember(target, waiting);
  }

  waiting(target: string): readonly string[] {
    return [...(this.#byTarget.get(target) ?? [])];
  }

  /** A new day takes over whoever still waits; what waits may itself be older than yesterday. */
  #passOn(db: DatabaseSync, past: Past): void {
    const yesterday = past.days[0]?.db;
    if (yesterday === undefined) return;
    const rows = yesterday
      .prepare(
        `select target, waiting from awaited left join trace on trace_id = waiting
         where belongs is null or belongs = 0 limit ?`,
      )
      .all(PASSED_ON);
    if (rows.length === 0) return;
    db.exec("begin immediate");
    for (const row of rows) this.add(latin1(row["target"]), latin1(row["waiting"]));
    db.exec("commit");
  }

  #remember(target: string, waiting: string): void {
    const known = this.#byTarget.get(target);
    if (known?.has(waiting) === true) return;
    this.#size++;
    if (known === undefined) this.#byTarget.set(target, new Set([waiting]));
    else known.add(waiting);
  }
}

function latin1(bytes: unknown): string {
  if (!(bytes instanceof Uint8Array)) return "";
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
