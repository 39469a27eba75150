import { createCipheriv, randomBytes } from "node:crypto";
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
  readonly #key: Uint8Array;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync, past: Past) {
    this.#past = past;
    this.#key = keyOf(db, past);
    this.#find = db.prepare("select * from delivery where digest = ?");
    this.#insert = db.prepare(
      "insert or replace into delivery (digest, at, accepted, rejected, reason) values (?, ?, ?, ?, ?)",
    );
    this.#forget = db.prepare(
      "delete from delivery where id in (select id from delivery where at < ? order by id limit ?)",
    );
  }

  /**
   * Tells requests apart: AES-GMAC under a key that is made with the first day's file and passed on. It is as good as a
   * cryptographic hash against everybody who does not know the key, and costs 0.1 µs a span where SHA-256 costs 1.
   */
  digest(signal: Signal, door: string | undefined, body: Uint8Array): Uint8Array {
    const mac = createCipheriv("aes-128-gcm", this.#key, NO_NONCE);
    mac.setAAD(Buffer.from(`${signal}\n${door ?? ""}\n`));
    mac.setAAD(body);
    mac.final();
    return mac.getAuthTag();
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

// Nothing is encrypted and no tag leaves the store, so every request may have the same nonce.
const NO_NONCE = Buffer.alloc(12);

function keyOf(db: DatabaseSync, past: Past): Uint8Array {
  const find = "select value from meta where key = 'digest_key'";
  for (const each of [db, ...past.days.map((day) => day.db)]) {
    const key = each.prepare(find).get()?.["value"];
    if (key instanceof Uint8Array) return keep(db, key);
  }
  return keep(db, randomBytes(16));
}

function keep(db: DatabaseSync, key: Uint8Array): Uint8Array {
  db.prepare("insert or ignore into meta (key, value) values ('digest_key', ?)").run(key);
  return key;
}
