import { createHash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Receipt, Signal } from "../../home.ts";
import type { Past } from "../days/past.ts";

/** How long a request is recognised when it is sent again. Exporters give up after minutes. */
export const REMEMBERED_MS = 3_600_000;
/** Forgotten in small portions, so that no commit waits for it. */
const PORTION = 2_000;

/** Requests that were taken, so that a client's retry never doubles anything. */
export class Deliveries {
  readonly #past: Past;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync, past: Past) {
    this.#past = past;
    this.#find = db.prepare("select * from delivery where digest = ?");
    this.#insert = db.prepare(
      "insert or replace into delivery (digest, at, accepted, rejected, reason) values (?, ?, ?, ?, ?)",
    );
    this.#forget = db.prepare(
      "delete from delivery where id in (select id from delivery where at < ? order by id limit ?)",
    );
  }

  /** What a repeated request was answered the first time. */
  first(digest: Uint8Array, nowMs: number): Receipt | undefined {
    const row = this.#find.get(digest) ?? this.#past.delivery(digest);
    if (row === undefined || Number(row["at"]) < nowMs - REMEMBERED_MS) return undefined;
    return {
      accepted: Number(row["accepted"]),
      rejected: Number(row["rejected"]),
      reason: String(row["reason"]),
      duplicate: true,
    };
  }

  remember(digest: Uint8Array, nowMs: number, { accepted, reason, rejected }: Receipt): void {
    this.#insert.run(digest, nowMs, accepted, rejected, reason);
  }

  /** Whether there may be more to forget. */
  forget(nowMs: number): boolean {
    return this.#forget.run(nowMs - REMEMBERED_MS, PORTION).changes === PORTION;
  }
}

export function digestOf(signal: Signal, door: string | undefined, body: Uint8Array): Uint8Array {
  return createHash("sha256")
    .update(`${signal}\n${door ?? ""}\n`)
    .update(body)
    .digest()
    .subarray(0, 16);
}
