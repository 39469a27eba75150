import type { DatabaseSync } from "node:sqlite";

/**
 * What turns a day's file of one layout into the next, oldest first: the step at index 0 leads from 1 to 2. A file is brought up
 * to date the first time it is opened by a program that knows more than its writer did.
 */
export const MIGRATIONS: readonly string[] = [];

/** In one transaction, so that a file is never in between. */
export function migrate(
  db: DatabaseSync,
  from: number,
  steps: readonly string[] = MIGRATIONS,
): void {
  const missing = steps.slice(from - 1);
  if (missing.length === 0) return;
  db.exec("begin immediate");
  try {
    for (const step of missing) db.exec(step);
    db.exec(`pragma user_version = ${from + missing.length}; commit`);
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
}
