import { expect, test } from "vitest";
import { readBack } from "./support/read-back.ts";
import { openStore, temporaryDirectory } from "./support/store.ts";
import { spans } from "./support/telemetry.ts";

test("what a verification found stays with its session, and says how old it is", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await store.writer.append(spans([{ trace: "t", id: "a", session: "s" }]));
  store.noteFindings("s", { violation: 2, improvement: 1, information: 0 });
  store.noteFindings("unheard of", { violation: 9, improvement: 9, information: 9 });
  await store.close();

  const { rows } = readBack(directory);
  expect([...rows.keys()]).toEqual(["s"]);
  expect(JSON.parse(String(rows.get("s")?.["findings"]))).toEqual({
    violation: 2,
    improvement: 1,
    information: 0,
    at: expect.any(Number),
  });
});
