import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreRefusal } from "../refusal.ts";
import { sqliteCode } from "./schema/connect.ts";

const SQLITE_BUSY = 5;

export interface DirectoryLock {
  release(): void;
}

/**
 * Keeps a second writer out of a data directory. The lock is SQLite's on a file of its own, so that the kernel releases it with
 * the process, however that ends: there is no stale lock to take over. The pid beside it is only for the message.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const pidFile = join(directory, "throughline.pid");
  const db = new DatabaseSync(join(directory, "throughline.lock"), { timeout: 0 });
  try {
    // An exclusive transaction that stays open; nothing is ever written in it.
    db.exec("begin exclusive");
  } catch (error) {
    db.close();
    if (sqliteCode(error) !== SQLITE_BUSY) throw error;
    throw new StoreRefusal(
      "busy",
      `The data directory ${directory} is in use by ${holder(pidFile)}. Stop that one, or choose another directory.`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidFile, { force: true });
      db.close();
    },
  };
}

function holder(pidFile: string): string {
  try {
    const pid = readFileSync(pidFile, "utf8").trim();
    return /^\d+$/.test(pid) ? `process ${pid}` : "another process";
  } catch {
    return "another process";
  }
}
