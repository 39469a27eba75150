import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { CommitNotice } from "../../src/embedded/write/protocol.ts";
import { daysIn, pathOfDay } from "../../src/embedded/days/files.ts";
import { readBack } from "./support/read-back.ts";
import { appendInTurn, openStore, temporaryDirectory } from "./support/store.ts";
import { logs, spans } from "./support/telemetry.ts";

/** Every stored block, to see that nothing was written again. */
function blocks(directory: string): string[] {
  return daysIn(directory).flatMap((day) => {
    const db = new DatabaseSync(pathOfDay(directory, day), { readOnly: true });
    const rows = db.prepare("select id, hex(data) as data from block order by id").all();
    db.close();
    return rows.map((row) => `${String(row["id"])} ${String(row["data"])}`);
  });
}

test("a trace whose root alone carries the id belongs to the session once the root arrives, and nothing moves", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const notices: CommitNotice[] = [];
  store.onCommit((notice) => notices.push(notice));
  await appendInTurn(store, [
    spans([{ trace: "t", id: "call", parent: "turn", error: true }]),
    logs([{ log: "note", trace: "t", on: "call", severity: 17 }]),
    spans([{ trace: "t", id: "tool", parent: "call" }]),
  ]);
  expect(readBack(directory).said.size).toBe(0);
  const before = blocks(directory);
  await store.writer.append(spans([{ trace: "t", id: "turn", session: "s", error: true }]));
  await store.close();

  const { counted, said } = readBack(directory);
  expect(said.get("s")).toMatchObject({
    spans: 3,
    logs: 1,
    errors: 1,
    membership: { carried: 1, inherited: 3, joined: 0, linked: 0 },
  });
  expect(said).toEqual(counted);
  expect(blocks(directory).slice(0, before.length)).toEqual(before);
  expect(notices.at(-1)?.attached).toEqual([
    expect.objectContaining({ session: "s", cluster: expect.any(Number) }),
  ]);
});

test("it does so after a restart between the two", async () => {
  const directory = temporaryDirectory();
  for (const delivery of [
    spans([{ trace: "t", id: "call", parent: "turn", attributes: { "throughline.step": "llm" } }]),
    spans([
      { trace: "t", id: "gateway", parent: "call", attributes: { "throughline.step": "llm" } },
    ]),
    spans([{ trace: "t", id: "turn", session: "s" }]),
  ]) {
    const store = await openStore(directory);
    await store.writer.append(delivery);
    await store.close();
  }
  const { counted, said } = readBack(directory);
  expect(said.get("s")).toMatchObject({ spans: 3, llmCalls: 1 });
  expect(said).toEqual(counted);
});

test("detached work follows its link, whichever end comes first", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    spans([{ trace: "batch", id: "a", links: [{ trace: "t", id: "turn" }] }]),
    spans([{ trace: "batch", id: "b", parent: "a" }]),
    spans([{ trace: "t", id: "turn", session: "s" }]),
    spans([{ trace: "late", id: "a", links: [{ trace: "t", id: "turn" }] }]),
    spans([{ trace: "late", id: "b", parent: "a" }]),
  ]);
  await store.close();

  const { counted, said } = readBack(directory);
  expect(said.get("s")?.membership).toEqual({ carried: 1, inherited: 0, joined: 0, linked: 4 });
  expect(said).toEqual(counted);
});

test("records outside any trace and session are kept, and belong to nobody", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await store.writer.append(logs([{ log: "a" }, { log: "b", service: "other" }, { log: "c" }]));
  await store.close();

  const { records, said } = readBack(directory);
  expect(records).toHaveLength(3);
  expect(said.size).toBe(0);
});
