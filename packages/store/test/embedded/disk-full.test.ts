import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { daysIn, pathOfDay } from "../../src/embedded/days/files.ts";
import { readBack } from "./support/read-back.ts";
import { openStore, settled, temporaryDirectory } from "./support/store.ts";
import { spans } from "./support/telemetry.ts";

/** Bytes that don't compress, so that a small disk is full soon. */
function noise(n: number): string {
  let state = n + 1;
  let text = "";
  while (text.length < 20_000) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += state.toString(36);
  }
  return text;
}

test("a full disk is said clearly, harms nothing, and passes", async () => {
  const directory = temporaryDirectory();
  const small = await openStore(directory, { maxPages: 120 });
  const kept: number[] = [];
  let refusal: unknown;
  for (let n = 0; n < 200; n++) {
    const attributes = { noise: noise(n) };
    try {
      await small.writer.append(spans([{ trace: "t", id: `${n}`, session: "s", attributes }]));
      kept.push(n);
    } catch (error) {
      refusal = error;
      break;
    }
  }
  expect(refusal).toMatchObject({ kind: "disk-full", retryAfterSeconds: expect.any(Number) });
  expect(kept.length).toBeGreaterThan(5);

  // What is refused now was not kept, and what was kept is whole.
  await settled(directory);
  expect(readBack(directory).said.get("s")).toMatchObject({ spans: kept.length });
  await small.close();

  const roomy = await openStore(directory);
  await roomy.writer.append(spans([{ trace: "t", id: "later", session: "s" }]));
  await roomy.close();
  const { counted, said } = readBack(directory);
  expect(said.get("s")).toMatchObject({ spans: kept.length + 1 });
  expect(said).toEqual(counted);
  for (const day of daysIn(directory)) {
    const db = new DatabaseSync(pathOfDay(directory, day));
    expect(db.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    db.close();
  }
});
