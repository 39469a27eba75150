import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { allRecords } from "../conformance/reading.ts";
import { Story } from "../conformance/story.ts";
import { setClock, writerAt } from "../embedded/support/clock.ts";
import { temporaryDirectory } from "../embedded/support/store.ts";
import { openHome } from "./support/home.ts";

test("damage that a reader meets puts that day aside; everything else is served", async () => {
  const story = new Story();
  const directory = temporaryDirectory();
  for (const day of ["18", "19"]) {
    setClock(`2026-11-${day}T12:00:00Z`);
    const writer = writerAt(directory);
    for (let n = 0; n < 40; n++) {
      const session = story.session(`${day}-${n}`);
      writer.append(story.deliveries([{ trace: `${day}${n}`, span: "a", session }])[0]!);
    }
    writer.close();
  }
  vi.useRealTimers();
  const path = join(directory, "2026-11-18.db");
  const bytes = readFileSync(path);
  // What opening looks at stays sound; the rest is not.
  bytes.fill(0xff, 8192 * 6);
  writeFileSync(path, bytes);
  const home = await openHome({ directory });
  const reads = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      allRecords(home.reader, story.session(`19-${n}`)).then(({ length }) => length),
    ),
  );
  expect(reads).toEqual(Array.from({ length: 40 }, () => 1));
  for (let n = 0; n < 40; n++) await home.reader.records(story.session(`18-${n}`), {});
  await home.reader.search({ since: 0, grep: "nothing" });
  await expect.poll(() => readdirSync(directory)).toContain("2026-11-18.db.damaged");
  expect(home.reported.join("\n")).toMatch(/2026-11-18 is damaged/);
  const { sessions } = await home.reader.sessions({ limit: 1_000 });
  expect(sessions).toHaveLength(40);
});

test("when the day that is written turns out damaged, it begins anew for every reader", async () => {
  const home = await openHome();
  const story = new Story();
  const told = (n: number, session: string) => ({ trace: `t${n}`, span: `${n}`, session });
  const before = Array.from({ length: 40 }, (_, n) => told(n, story.session(`before-${n}`)));
  await home.deliver(story.deliveries(before));
  // Both readers have the file open, and what they read of it is in their memory.
  expect((await home.reader.sessions({})).sessions).toHaveLength(40);
  expect((await home.reader.search({ since: 0, grep: "before" })).records).toHaveLength(40);
  await home.close();

  const day = readdirSync(home.directory).find((name) => name.endsWith(".db")) ?? "";
  const path = join(home.directory, day);
  const bytes = readFileSync(path);
  bytes.fill(0xff, 8192 * 6);
  writeFileSync(path, bytes);
  const again = await openHome({ directory: home.directory });
  await again.reader.search({ since: 0, grep: "before" });
  await again.reader.sessions({});
  await expect
    .poll(() => readdirSync(home.directory), { timeout: 10_000 })
    .toContain(`${day}.damaged`);
  await again.deliver(story.deliveries([told(99, story.session("after"))]));
  const ids = async (): Promise<string[]> =>
    (await again.reader.sessions({})).sessions.map(({ id }) => id);
  await expect.poll(ids, { timeout: 10_000 }).toEqual([story.session("after")]);
  const { records } = await again.reader.search({ since: 0, grep: "after" });
  expect(records).toHaveLength(1);
});
