import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = new URL("../../", import.meta.url).pathname;

/** One line of source per room: what it imports, and the advice lint must give (none when the import is allowed). */
const cases = [
  ["packages/core/src/a.ts", `import "@throughline/store";`, "core imports nothing of ours"],
  ["packages/core/src/b.ts", `import "node:fs";`, "no node:* here"],
  ["packages/query/src/a.ts", `import "@throughline/store";`, "running a plan belongs in store"],
  ["packages/query/src/b.ts", `import "@throughline/core";`, ""],
  ["packages/lint/src/a.ts", `import "@throughline/sdk";`, "lint rules see source code only"],
  ["packages/lint/src/b.ts", `import "@throughline/core";`, ""],
  ["packages/sdk/src/a.ts", `import "@throughline/store";`, "carries core alone"],
  ["packages/sdk/src/b.ts", `import "@opentelemetry/sdk-trace";`, "belongs in src/start"],
  ["packages/sdk/src/c.ts", `import "@opentelemetry/api";`, ""],
  ["packages/sdk/src/start/d.ts", `import "@opentelemetry/sdk-trace";`, ""],
  ["packages/sdk/src/testing/set-up.ts", `import "@opentelemetry/sdk-trace";`, ""],
  ["packages/sdk/src/testing/e.ts", `import "@opentelemetry/sdk-trace";`, "belongs in src/start"],
  ["packages/store/src/a.ts", `import "@throughline/server";`, "HTTP belongs in server"],
  ["packages/store/src/b.ts", `import "node:sqlite";`, ""],
  ["packages/server/src/a.ts", `import "node:sqlite";`, "only packages/store touches a database"],
  ["packages/server/src/b.ts", `import "throughline";`, "belongs in cli"],
  ["packages/cli/src/a.ts", `import "@throughline/server";`, "only src/backend loads the server"],
  ["packages/cli/src/backend/b.ts", `import "@throughline/server";`, ""],
  ["packages/cli/src/c.ts", `import "@throughline/sdk";`, "cli reads through store"],
  ["packages/cli/src/demo/d.ts", `import "@throughline/sdk";`, ""],
  ["packages/web/src/a.ts", `import "@throughline/store";`, "the server over HTTP"],
  ["packages/web/src/b.ts", `import "node:fs";`, "no node:* here"],
  ["packages/web/src/c.ts", `import "@throughline/query/traceql";`, ""],
  [
    "packages/store/src/c.ts",
    `import "../../core/src/index.ts";`,
    "through its package name, never through its files",
  ],
] as const;

let folder = "";
let complaints: { filename: string; help?: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "throughline-lint-"));
  await cp(join(root, "oxlint.config.ts"), join(folder, "oxlint.config.ts"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [file, source] of cases) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${source}\n`);
  }
  const run = promisify(execFile);
  const output = await run(
    join(root, "node_modules/.bin/oxlint"),
    ["--format=json", "--allow=import/namespace", "packages"],
    { cwd: folder },
  ).catch((error: unknown) => error as { stdout: string });
  const report = JSON.parse(output.stdout) as {
    diagnostics: { code: string; filename: string; help?: string }[];
  };
  complaints = report.diagnostics.filter((d) => d.code === "eslint(no-restricted-imports)");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(cases)("%s: %s", (file, _source, advice) => {
  const found = complaints.filter((complaint) => complaint.filename === file);
  if (advice === "") expect(found).toEqual([]);
  else expect(found.map((complaint) => complaint.help).join("\n")).toContain(advice);
});
