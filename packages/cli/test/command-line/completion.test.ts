import { afterAll, beforeAll, expect, test } from "vitest";

import { commands } from "../../src/command.ts";
import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";
import { sampleDeliveries, sampleId } from "../support/sample.ts";

let backend: TestBackend;
beforeAll(async () => {
  backend = await openBackend();
  for (const each of sampleDeliveries()) await backend.deliver(each);
});
afterAll(() => backend.close());

async function words(...before: readonly string[]): Promise<string[]> {
  const env = { THROUGHLINE_URL: backend.url };
  const { code, out } = await command(["completion", "--words", ...before], { env });
  expect(code).toBe(0);
  return out.split("\n").filter((word) => word !== "");
}

test("first a command", async () => {
  expect(await words()).toEqual(expect.arrayContaining(Object.keys(commands)));
});

test("then what the command takes: sessions that are there, and its options", async () => {
  for (const name of ["show", "logs", "traces", "export", "verify"])
    expect(await words(name), name).toEqual(expect.arrayContaining(["latest", sampleId, "--url"]));
  const shown = await words("show");
  expect(shown).toEqual(expect.arrayContaining(["--turn", "--level", "--no-pager"]));
  const further = await words("show", sampleId);
  expect(further).not.toContain(sampleId);
  expect(further).toContain("--turn");
  expect(await words("sessions")).not.toContain(sampleId);
});

test("and what an option takes", async () => {
  expect(await words("show", "latest", "--level")).toContain("warn");
  expect(await words("sessions", "--sort")).toContain("cost");
  expect(await words("sessions", "-o")).toContain("jsonl");
});

test("of another program nothing is known, nor where nobody answers", async () => {
  expect(await words("run", "--", "git")).toEqual([]);
  expect(await words("nonsense")).toEqual([]);
  const env = { THROUGHLINE_URL: "http://127.0.0.1:9" };
  const { code, err, out } = await command(["completion", "--words", "show"], { env });
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("latest");
});
