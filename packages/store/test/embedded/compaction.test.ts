import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { daysIn, pathOfDay } from "../../src/embedded/days/files.ts";
import { readBack } from "./support/read-back.ts";
import { appendInTurn, openStore, temporaryDirectory } from "./support/store.ts";
import { spans } from "./support/telemetry.ts";

function blocksOf(directory: string): { blocks: number; waiting: number } {
  const [day = ""] = daysIn(directory);
  const db = new DatabaseSync(pathOfDay(directory, day), { readOnly: true });
  const count = (table: string): number =>
    Number(db.prepare(`select count(*) as n from ${table}`).get()?.["n"]);
  const counts = { blocks: count("block"), waiting: count("fresh_block") };
  db.close();
  return counts;
}

test("many small blocks become few while nothing comes in, and every record stays where it was", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory, { quietMs: 0, gatherMs: 0 });
  await appendInTurn(
    store,
    Array.from({ length: 60 }, (_, n) =>
      spans([{ trace: `t${n % 3}`, id: `${n}`, session: `s${n % 3}` }]),
    ),
  );
  const before = readBack(directory);
  await vi.waitFor(() => expect(blocksOf(directory).waiting).toBe(0), { timeout: 10_000 });
  const { blocks } = blocksOf(directory);
  await store.close();

  expect(blocks).toBeLessThan(6);
  const after = readBack(directory);
  expect(after.records).toEqual(before.records);
  expect(after.said).toEqual(before.said);
});

test("what was compacted goes on as if nothing had happened", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory, { quietMs: 0 });
  for (const id of ["a", "b", "c"]) {
    await store.writer.append(spans([{ trace: "t", id, session: "s" }]));
    await vi.waitFor(() => expect(blocksOf(directory).waiting).toBe(0), { timeout: 10_000 });
  }
  await store.close();
  const { counted, records, said } = readBack(directory);
  expect(records.map(({ record }) => record.kind === "span" && record.name)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(said).toEqual(counted);
});
