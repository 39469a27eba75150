import { DatabaseSync } from "node:sqlite";
import { DAY_SCHEMA, SCHEMA_VERSION } from "./day-schema.ts";
import { migrate } from "./migrate.ts";

/** A day file this program can't read, and why, in words for the person who runs it. */
export class UnreadableDay extends Error {
  override readonly name = "UnreadableDay";
  readonly reason: "damaged" | "newer";

  constructor(reason: "damaged" | "newer", message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Opens a day's file to read. Several connections may read while the writer writes; each sees whole commits only. */
export function connectReader(path: string): DatabaseSync {
  return guarded(path, () => {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    return closedOnFailure(db, () => {
      db.exec(
        "pragma cache_size = -16384; pragma temp_store = memory; pragma mmap_size = 4000000000",
      );
      checkVersion(db, path);
    });
  });
}

/** Opens or makes a day's file to write. There is one writer; the directory's lock sees to that. */
export function connectWriter(path: string): DatabaseSync {
  return guarded(path, () => {
    const db = new DatabaseSync(path, { timeout: 5_000 });
    return closedOnFailure(db, () => {
      // The page size counts only before anything is written; 8 KB holds a session's narrow rows in one or two pages.
      db.exec(`
        pragma page_size = 8192;
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma wal_autocheckpoint = 4000;
        pragma journal_size_limit = 67108864;
        pragma cache_size = -32768;
        pragma temp_store = memory;
      `);
      const version = versionOf(db);
      if (version === 0) create(db);
      else if (version < SCHEMA_VERSION) migrate(db, version);
      checkVersion(db, path);
    });
  });
}

function create(db: DatabaseSync): void {
  db.exec(`begin; ${DAY_SCHEMA}; pragma user_version = ${SCHEMA_VERSION}; commit`);
}

export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("pragma user_version").get()?.["user_version"] ?? 0);
}

function checkVersion(db: DatabaseSync, path: string): void {
  const version = versionOf(db);
  if (version > SCHEMA_VERSION)
    throw new UnreadableDay(
      "newer",
      `${path} was written by a newer Throughline (layout ${version}, this one knows ${SCHEMA_VERSION}); use that one, or another data directory.`,
    );
  // Reading the catalogue page by page finds most damage; the rest shows when a query meets it.
  db.prepare("select count(*) from sqlite_schema").get();
  db.prepare("select value from meta where key = 'day'").get();
}

function closedOnFailure(db: DatabaseSync, set: () => void): DatabaseSync {
  try {
    set();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function guarded(path: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (error) {
    if (isDamage(error))
      throw new UnreadableDay("damaged", `${path} is damaged: ${messageOf(error)}.`, {
        cause: error,
      });
    throw error;
  }
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** SQLite's primary result code, from the extended one that node:sqlite reports; 0 for other errors. */
export function sqliteCode(error: unknown): number {
  if (!(error instanceof Error) || !("errcode" in error)) return 0;
  return typeof error.errcode === "number" ? error.errcode & 0xff : 0;
}

export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
