import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { setClock, writerAt } from "./support/clock.ts";
import { readBack } from "./support/read-back.ts";
import { temporaryDirectory } from "./support/store.ts";
import { logs } from "./support/telemetry.ts";

/** Three days of one session, a record a day. */
function threeDays(): string {
  const directory = temporaryDirectory();
  for (const day of ["18", "19", "20"]) {
    setClock(`2026-11-${day}T12:00:00Z`);
    const writer = writerAt(directory);
    writer.append(logs([{ log: day, session: day }]));
    writer.close();
  }
  return directory;
}

test("a past day that can't be read is set aside, and the others are served", () => {
  const directory = threeDays();
  writeFileSync(
    join(directory, "2026-11-18.db"),
    "this is no database, it only lies where one was".repeat(400),
  );
  const writer = writerAt(directory);
  writer.append(logs([{ log: "more", session: "20" }]));
  writer.close();

  expect(writer.reports).toEqual([expect.stringMatching(/2026-11-18\.db is damaged.*set aside/)]);
  expect(readdirSync(directory)).toContain("2026-11-18.db.damaged");
  expect([...readBack(directory).said.keys()]).toEqual(["19", "20"]);
});

test("so is the current one, and the day goes on in a new file", () => {
  const directory = threeDays();
  truncateSync(join(directory, "2026-11-20.db"), 5_000);
  const writer = writerAt(directory);
  writer.append(logs([{ log: "more", session: "new" }]));
  writer.close();

  expect(writer.reports).toHaveLength(1);
  expect(readdirSync(directory)).toContain("2026-11-20.db.damaged");
  expect([...readBack(directory).said.keys()].toSorted()).toEqual(["18", "19", "new"]);
});

test("damage that shows while writing costs no acknowledged record of what comes after it", () => {
  const directory = temporaryDirectory();
  setClock("2026-11-20T12:00:00Z");
  const writer = writerAt(directory);
  for (let n = 0; n < 20; n++) writer.append(logs([{ log: "before", session: `s${n}` }]));
  writer.close();
  const path = join(directory, "2026-11-20.db");
  const bytes = readFileSync(path);
  // Every page but the first: what opening looks at is sound.
  bytes.fill(0xff, 8192 * 3);
  writeFileSync(path, bytes);
  const again = writerAt(directory);
  for (let n = 0; n < 20; n++) again.append(logs([{ log: "after", session: `t${n}` }]));
  again.close();

  expect(again.reports.join()).toMatch(/set aside/);
  const { said } = readBack(directory);
  for (let n = 0; n < 20; n++) expect(said.get(`t${n}`)).toMatchObject({ logs: 1 });
});
