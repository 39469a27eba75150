import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readBack } from "./support/read-back.ts";
import { appendInTurn, openStore, settled, temporaryDirectory } from "./support/store.ts";
import { delivery, logs, spans } from "./support/telemetry.ts";

test("what comes in through a session's own door without an id is joined to it", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    spans(
      [
        { trace: "t", id: "a" },
        { trace: "t", id: "b", parent: "a" },
      ],
      "run-1",
    ),
    logs([{ log: "note" }, { log: "note", trace: "t", on: "b" }], "run-1"),
  ]);
  await store.close();

  const { counted, said } = readBack(directory);
  expect(said.get("run-1")?.membership).toEqual({ carried: 0, inherited: 0, joined: 4, linked: 0 });
  expect(said).toEqual(counted);
});

test("an id that is minted behind the door means the door's session from then on, wherever it comes in", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    spans([{ trace: "t", id: "a", session: "minted" }], "run-1"),
    spans([{ trace: "u", id: "b", session: "minted" }]),
  ]);
  await store.close();

  const { aliases, counted, said } = readBack(directory);
  expect(aliases).toEqual(new Map([["minted", "run-1"]]));
  expect([...said.keys()]).toEqual(["run-1"]);
  expect(said.get("run-1")).toMatchObject({ spans: 2, traces: 2 });
  expect(said).toEqual(counted);
});

test("so it does when the id had a session of its own before", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    spans([
      { trace: "t", id: "a", session: "minted" },
      { trace: "t", id: "x", parent: "a" },
    ]),
    spans([{ trace: "u", id: "b", session: "minted" }], "run-1"),
    spans([{ trace: "t", id: "c", parent: "x", session: "minted" }]),
  ]);
  await settled(directory);
  await store.close();

  const { aliases, counted, said } = readBack(directory);
  expect(aliases.get("minted")).toBe("run-1");
  expect(said.get("run-1")).toMatchObject({ spans: 4, traces: 2 });
  expect(said).toEqual(counted);
});

test("behind two doors a session is called after the first of them in the order of strings", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    spans([{ trace: "t", id: "a", session: "minted" }], "run-b"),
    spans([{ trace: "u", id: "b", session: "minted" }], "run-a"),
  ]);
  await settled(directory);
  await store.close();

  const { aliases, counted, said } = readBack(directory);
  expect([...said.keys()]).toEqual(["run-a"]);
  expect(aliases.get("minted")).toBe("run-a");
  expect(aliases.get("run-b")).toBe("run-a");
  expect(said).toEqual(counted);
});

test("the trace derived from a session's id is the session's, whichever of the two comes first", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    inDerivedTrace("early"),
    spans([{ trace: "t", id: "a", session: "early" }]),
    spans([{ trace: "u", id: "a", session: "late" }]),
    inDerivedTrace("late"),
  ]);
  await store.close();

  const { counted, said } = readBack(directory);
  for (const session of ["early", "late"])
    expect(said.get(session)?.membership).toMatchObject({ carried: 1, joined: 1 });
  expect(said).toEqual(counted);
});

/** A span without an id in the trace that is derived from this session's. */
function inDerivedTrace(session: string) {
  const { body } = spans([{ trace: "derived", id: "x" }]);
  const at = Buffer.from(body).indexOf("derived");
  body.set(createHash("sha256").update(session).digest().subarray(0, 16), at);
  return delivery("traces", body, undefined);
}

test("one request may make its own door another session's: what follows in it goes there too", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await appendInTurn(store, [
    spans([{ trace: "t", id: "a", session: "minted" }], "run-a"),
    spans(
      [
        { trace: "u", id: "keyless" },
        { trace: "u", id: "b", session: "minted" },
        { trace: "u", id: "later", parent: "b" },
      ],
      "run-b",
    ),
  ]);
  await settled(directory);
  await store.close();

  const { counted, said } = readBack(directory);
  expect([...said.keys()]).toEqual(["run-a"]);
  expect(said.get("run-a")).toMatchObject({ spans: 4, traces: 2 });
  expect(said).toEqual(counted);
});
