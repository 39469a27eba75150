import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Past } from "../days/past.ts";

/** Links of traces without a session that are remembered; what is beyond them is followed only from the other end. */
const KEPT = 200_000;

/** Which traces wait for which: by the 16 bytes of their ids, as latin-1. */
export class Awaited {
  readonly #byTarget = new Map<string, Set<string>>();
  readonly #insert: StatementSync;
  #size = 0;

  constructor(db: DatabaseSync, past: Past) {
    this.#insert = db.prepare("insert or ignore into awaited (target, waiting) values (?, ?)");
    // Links across midnight are common, links across days are not.
    const yesterday = past.days[0]?.db;
    for (const day of yesterday === undefined ? [db] : [yesterday, db])
      for (const { target, waiting } of day.prepare("select * from awaited limit ?").iterate(KEPT))
        if (target instanceof Uint8Array && waiting instanceof Uint8Array)
          this.#remember(latin1(target), latin1(waiting));
  }

  add(target: string, waiting: string): void {
    if (this.#size >= KEPT) return;
    this.#insert.run(Buffer.from(target, "latin1"), Buffer.from(waiting, "latin1"));
    this.#remember(target, waiting);
  }

  waiting(target: string): readonly string[] {
    return [...(this.#byTarget.get(target) ?? [])];
  }

  #remember(target: string, waiting: string): void {
    const known = this.#byTarget.get(target);
    if (known?.has(waiting)) return;
    this.#size++;
    if (known === undefined) this.#byTarget.set(target, new Set([waiting]));
    else known.add(waiting);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
