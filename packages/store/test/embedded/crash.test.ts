import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readBack } from "./support/read-back.ts";
import { openStore, settled, temporaryDirectory } from "./support/store.ts";

const child = fileURLToPath(new URL("./support/crash-child.ts", import.meta.url));

/** Kills a writer in the middle of its work; gives what it had acknowledged. */
async function killAfter(
  directory: string,
  first: number,
  acknowledged: number,
): Promise<number[]> {
  const writer = spawn(process.execPath, [...process.execArgv, child, directory, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: number[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    if (line === "open") continue;
    said.push(Number(line));
    if (said.length === acknowledged) break;
  }
  const exit = once(writer, "exit");
  writer.kill("SIGKILL");
  await exit;
  return said;
}

test("kill -9 loses nothing that was acknowledged, and rollups still equal the rows", async () => {
  const directory = temporaryDirectory();
  const acknowledged: number[] = [];
  for (const kill of [0, 1, 2])
    acknowledged.push(...(await killAfter(directory, kill * 10_000, 40 + 70 * kill)));
  // The lock of the dead is not in the way.
  const store = await openStore(directory);
  await settled(directory);
  await store.close();

  const { counted, records, said } = readBack(directory);
  const found = new Set(
    records.map(({ record }) =>
      Number(record.kind === "log" ? record.eventName.slice(5) : record.name.slice(1)),
    ),
  );
  expect(acknowledged.filter((n) => !found.has(n))).toEqual([]);
  expect(said).toEqual(counted);
});
