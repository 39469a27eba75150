import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { ran } from "../support/ran.ts";
import { openBackend } from "../support/backend.ts";
import { encodeLogs, logsFromJson } from "@throughline/core/otlp";
import type { Site } from "@throughline/core/inventory";

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const agents = path("../../../../test/fixtures/agents/");

interface Told {
  readonly sites: readonly (Site & { readonly tagging: string; readonly remedy: string | null })[];
  readonly summary: { readonly sites: number; readonly tagged: number; readonly records: number };
  readonly unseen?: readonly { readonly name: string; readonly file: string }[];
}

test("of a recorded agent: every place, how well it is tagged, and what to do", async () => {
  const files = ["--file", `${agents}codex/traces.jsonl`, "--file", `${agents}codex/logs.jsonl`];
  const { code, out } = await ran(["inventory", ...files, "-o", "json"]);
  expect(code).toBe(0);
  const { sites, summary } = JSON.parse(out) as Told;
  expect(summary.records).toBe(sites.reduce((sum, { count }) => sum + count, 0));
  expect(summary.tagged).toBeLessThan(summary.sites);
  expect(sites[0]).toMatchObject({
    tagging: "untagged",
    remedy: expect.stringContaining("session"),
  });
  expect(sites.find(({ name }) => name === "exec_command")).toMatchObject({
    code: { file: "core/src/tools/parallel.rs", line: 263 },
    with_session: 1,
  });
});

test("of a live run, held against its source: what was never seen is listed with its place", async () => {
  const demo = path("../../src/demo/");
  const { out } = await new Promise<{ out: string }>((resolve) => {
    const argv = ["--conditions=@throughline/source", path("../../src/bin.ts"), "inventory"];
    const more = ["--source", demo, "--source", path("../verify/programs/"), "-o", "json", "--"];
    const command = [process.execPath, "--conditions=@throughline/source", `${demo}agent.ts`];
    execFile(process.execPath, [...argv, ...more, ...command], (_, out) => resolve({ out }));
  });
  const { sites, summary, unseen } = JSON.parse(out) as Told;
  expect(summary.tagged).toBe(summary.sites);
  expect(sites.map(({ name }) => name)).toContain("execute_tool refund");
  // All that the demo has in its code it also does; of the programs beside it nothing ran.
  expect(unseen?.filter(({ file }) => file.includes("demo"))).toEqual([]);
  expect(unseen?.map(({ name }) => name)).toContain("session careful");
});

test("of what a server keeps, records of no session among it", async () => {
  const backend = await openBackend();
  try {
    const logRecords = ["s-1", undefined].map((id) => ({
      timeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
      eventName: "order.paid",
      attributes: id === undefined ? [] : [{ key: "session.id", value: { stringValue: id } }],
    }));
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
    const request = {
      resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "app" }, logRecords }] }],
    };
    await backend.deliver({ signal: "logs", body: encodeLogs(logsFromJson(request)).slice() });
    const env = { THROUGHLINE_URL: backend.url };
    const { code, out } = await ran(["inventory", "-o", "markdown"], env);
    expect(code).toBe(0);
    expect(out).toContain("| log | `shop` | `app` | `order.paid` | – | 2 | 50 % |");
    expect(out).toMatch(/### Gaps\n\n- `order\.paid` \(50 %\): /);
    expect((await ran(["inventory", "--service", "other"], env)).code).toBe(6);
  } finally {
    await backend.close();
  }
});

test.each([
  [["latest"], /nothing is known of "latest"/],
  [["--file", "x", "--since", "1h"], /at a time/],
  [["--"], /behind -- stands/],
  [["-o", "sarif"], /--output takes/],
])("inventory %j is a slip", async (argv, says) => {
  const { code, err } = await ran(["inventory", ...argv]);
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

test("a source folder that is not there is said", async () => {
  expect(await ran(["inventory", "--source", "no/such/folder", "--file", "x"])).toMatchObject({
    code: 3,
  });
});
