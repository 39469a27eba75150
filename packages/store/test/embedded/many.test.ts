import { expect, test } from "vitest";
import { readBack } from "./support/read-back.ts";
import { openStore, settled, temporaryDirectory } from "./support/store.ts";
import { spans } from "./support/telemetry.ts";

test("a request may hold more sessions and traces than are kept in memory", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const first = Array.from({ length: 20_000 }, (_, n) => ({
    trace: `t${n % 13_000}`,
    id: `${n}`,
    parent: n < 13_000 ? undefined : `${n - 13_000}`,
    session: n < 13_000 ? `s${n}` : undefined,
  }));
  const later = first.slice(0, 500).map(({ trace, id }) => ({ trace, id: `x${id}`, parent: id }));
  const receipt = await store.writer.append(spans([...first, ...later]));
  await store.close();

  expect(receipt.accepted).toBe(20_500);
  const { counted, said } = readBack(directory);
  expect(said.size).toBe(13_000);
  expect(said.get("s0")).toMatchObject({ spans: 3, membership: { carried: 1, inherited: 2 } });
  expect(said).toEqual(counted);
});

test("a trace of very many sessions is filed in time, and whose its other records are is left open", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const shared = Array.from({ length: 1_000 }, (_, n) => ({
    trace: "shared",
    id: `${n}`,
    session: n % 2 === 0 ? `s${n % 200}` : undefined,
  }));
  await store.writer.append(spans(shared));
  await settled(directory);
  await store.close();

  const { said } = readBack(directory);
  expect(said.size).toBe(100);
  for (const summary of said.values()) expect(summary.membership.carried).toBe(5);
});
