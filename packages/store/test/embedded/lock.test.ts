import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openEmbeddedWriter } from "../../src/embedded/open.ts";
import { openStore, temporaryDirectory } from "./support/store.ts";

const child = fileURLToPath(new URL("./support/crash-child.ts", import.meta.url));

test("a directory has one writer; the second is told who the first is, until that one is gone", async () => {
  const directory = temporaryDirectory();
  const first = spawn(process.execPath, [...process.execArgv, child, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: first.stdout })) if (line === "open") break;

  await expect(openEmbeddedWriter({ directory })).rejects.toMatchObject({
    name: "StoreRefusal",
    kind: "busy",
    message: expect.stringContaining(`process ${first.pid}`),
  });

  const gone = once(first, "exit");
  first.kill("SIGKILL");
  await gone;
  const store = await openStore(directory);
  expect(store.days()).toHaveLength(1);
});

test("it is free again after an orderly close, and within one process too there is one writer", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await expect(openEmbeddedWriter({ directory })).rejects.toThrow(`process ${process.pid}`);
  await store.close();
  await openStore(directory);
});
