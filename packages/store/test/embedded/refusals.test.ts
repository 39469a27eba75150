import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Delivery, Receipt } from "../../src/home.ts";
import { StoreRefusal } from "../../src/refusal.ts";
import { readBack } from "./support/read-back.ts";
import { openStore, settled, temporaryDirectory } from "./support/store.ts";
import { delivery, logs, spans } from "./support/telemetry.ts";

async function outcome(receipt: Promise<Receipt>): Promise<Receipt | string> {
  try {
    return await receipt;
  } catch (error) {
    if (error instanceof StoreRefusal) return error.kind;
    throw error;
  }
}

test("what is no OTLP is refused, and whoever shares its commit is not", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory, { gatherMs: 50 });
  const outcomes = await Promise.all(
    [
      spans([{ trace: "t", id: "a", session: "s" }]),
      delivery("traces", Uint8Array.of(0x0a, 0x7f, 1), "door"),
      logs([{ log: "note", session: "s" }]),
    ].map((each) => outcome(store.writer.append(each))),
  );
  await store.close();

  expect(outcomes).toEqual([
    expect.objectContaining({ accepted: 1 }),
    "bad-data",
    expect.objectContaining({ accepted: 1 }),
  ]);
  const { said } = readBack(directory);
  expect(said.get("s")).toMatchObject({ spans: 1, logs: 1 });
  // A broken request leaves no session behind, not even its door's.
  expect([...said.keys()]).toEqual(["s"]);
});

test("a record that is broken is left out and named, the others are kept", async () => {
  const store = await openStore(temporaryDirectory());
  const receipt = await store.writer.append(
    spans([
      { trace: "t", id: "a" },
      { trace: "t", id: "\0" },
    ]),
  );

  expect(receipt).toMatchObject({ accepted: 1, rejected: 1 });
  expect(receipt.reason).toMatch(/span id/);
});

test("when too much waits, more is refused until something was written", async () => {
  const store = await openStore(temporaryDirectory(), { maxWaitingBytes: 2_000, gatherMs: 20 });
  const many = Array.from({ length: 40 }, (_, n) =>
    outcome(store.writer.append(spans([{ trace: `t${n}`, id: "a", session: "s" }]))),
  );
  const outcomes = await Promise.all(many);
  const later = await outcome(store.writer.append(spans([{ trace: "later", id: "a" }])));

  expect(outcomes).toContain("busy");
  expect(outcomes).toContainEqual(expect.objectContaining({ accepted: 1 }));
  expect(later).toMatchObject({ accepted: 1 });
});

test("what comes after the close is refused; what came before it is kept", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory, { gatherMs: 10_000 });
  const before = outcome(store.writer.append(spans([{ trace: "t", id: "a", session: "s" }])));
  const closed = store.close();
  const after = outcome(store.writer.append(spans([{ trace: "t", id: "b", session: "s" }])));
  await closed;

  expect(await before).toMatchObject({ accepted: 1 });
  expect(await after).toBe("closing");
  expect(readBack(directory).records).toHaveLength(1);
});

test("whatever bytes come in, the store stays sound", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const good = [
    spans([{ trace: "t", id: "a", session: "s", attributes: { "gen_ai.tool.name": "x" } }]),
    logs([{ log: "note", session: "s", on: "a", trace: "t" }]),
  ];
  const mutated = fc.sample(
    fc.record({
      of: fc.constantFrom(...good),
      at: fc.nat({ max: 200 }),
      byte: fc.nat({ max: 255 }),
      cut: fc.option(fc.nat({ max: 200 }), { nil: undefined }),
      signal: fc.constantFrom("traces", "logs", "metrics"),
      door: fc.option(fc.constantFrom("d", "s"), { nil: undefined }),
    }),
    { numRuns: 1_500, seed: 1 },
  );
  const deliveries = mutated.map(({ at, byte, cut, door, of, signal }): Delivery => {
    const body = of.body.slice(0, cut);
    if (body.length > 0) body[at % body.length] = byte;
    return delivery(signal, body, door);
  });
  const outcomes = await Promise.all(deliveries.map((each) => outcome(store.writer.append(each))));
  await settled(directory);
  await store.close();

  expect(new Set(outcomes.filter((each) => typeof each === "string"))).toEqual(
    new Set(["bad-data"]),
  );
  const { counted, records, said } = readBack(directory);
  expect(records.length).toBeGreaterThan(100);
  expect(said).toEqual(counted);
});
