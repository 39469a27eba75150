import type { DatabaseSync, StatementSync } from "node:sqlite";

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** A statement that is prepared once for each connection: preparing one takes longer than most of ours run. */
export function prepared(db: DatabaseSync, text: string): StatementSync {
  let known = statements.get(db);
  if (known === undefined) statements.set(db, (known = new Map()));
  let statement = known.get(text);
  if (statement === undefined) known.set(text, (statement = db.prepare(text)));
  return statement;
}
