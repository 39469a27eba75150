import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrate } from "../../src/embedded/schema/migrate.ts";

function older(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(
    "create table note (id integer primary key, text text); insert into note values (1, 'kept')",
  );
  db.exec("pragma user_version = 1");
  return db;
}

const version = (db: DatabaseSync): unknown =>
  db.prepare("pragma user_version").get()?.["user_version"];

test("a file of an older layout takes every step it misses", () => {
  const db = older();
  const steps = [
    "alter table note add column at integer not null default 0",
    "update note set at = 5",
  ];
  migrate(db, 1, steps);
  expect(version(db)).toBe(3);
  expect(db.prepare("select * from note").all()).toEqual([{ id: 1, text: "kept", at: 5 }]);
  migrate(db, 3, steps);
  expect(version(db)).toBe(3);
});

test("a step that fails leaves the file as it was", () => {
  const db = older();
  expect(() => migrate(db, 1, ["update note set text = 'changed'", "no such statement"])).toThrow();
  expect(version(db)).toBe(1);
  expect(db.prepare("select text from note").all()).toEqual([{ text: "kept" }]);
});
