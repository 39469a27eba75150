import { expect, test } from "vitest";
import { readBack } from "./support/read-back.ts";
import { appendInTurn, appendTogether, openStore, temporaryDirectory } from "./support/store.ts";
import { logs, type SpanSketch, spans } from "./support/telemetry.ts";

const turn: SpanSketch = { trace: "t", id: "turn", session: "s", name: "invoke_agent" };
const call: SpanSketch = { trace: "t", id: "call", parent: "turn", session: "s" };

test("a request that is sent again gets the first answer and changes nothing", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const first = await store.writer.append(spans([turn, call]));
  const again = await store.writer.append(spans([turn, call]));
  await store.close();

  expect(first).toEqual({ accepted: 2, rejected: 0, reason: "", duplicate: false });
  expect(again).toEqual({ ...first, duplicate: true });
  expect(readBack(directory).records).toHaveLength(2);
});

test("so it does when both wait for the same commit, and after a restart", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const receipts = await appendTogether(store, [spans([turn]), spans([turn])]);
  await store.close();
  const reopened = await openStore(directory);
  const later = await reopened.writer.append(spans([turn]));
  await reopened.close();

  expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, true]);
  expect(later.duplicate).toBe(true);
  expect(readBack(directory).records).toHaveLength(1);
});

test("the same bytes through another door are another request", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const keyless = { log: "note", body: "hello" };
  const receipts = await appendInTurn(store, [logs([keyless], "one"), logs([keyless], "two")]);
  await store.close();

  expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, false]);
  expect([...readBack(directory).said.keys()].toSorted()).toEqual(["one", "two"]);
});

test("a span that comes again in another batch is kept once; log records are never compared", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const note = { log: "note", session: "s" };
  const receipts = await appendInTurn(store, [
    spans([turn]),
    spans([turn, call]),
    logs([note]),
    logs([note, note]),
  ]);
  await store.close();

  expect(receipts.map(({ accepted }) => accepted)).toEqual([1, 2, 1, 2]);
  const { said } = readBack(directory);
  expect(said.get("s")).toMatchObject({ spans: 2, logs: 3 });
});

test("so is a span whose session has left the writer's memory", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await store.writer.append(spans([turn, call]));
  await store.close();
  const reopened = await openStore(directory);
  await reopened.writer.append(spans([call, { ...call, id: "tool" }]));
  await reopened.close();

  const { counted, said } = readBack(directory);
  expect(said.get("s")).toMatchObject({ spans: 3 });
  expect(said).toEqual(counted);
});

test("two spans that share an id are both kept, and the first one counts", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [spans([turn]), spans([{ ...turn, start: 5_000 }])]);
  await store.close();

  const { counted, records, said } = readBack(directory);
  expect(records).toHaveLength(2);
  expect(said.get("s")).toMatchObject({ spans: 1 });
  expect(said).toEqual(counted);
});
