import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = new URL("../../scripts/setup.mjs", import.meta.url).pathname;
let clone = "";

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "throughline-setup-"));
  mkdirSync(join(clone, "scripts"));
  cpSync(script, join(clone, "scripts/setup.mjs"));
  writeFileSync(join(clone, "package-lock.json"), "not a lockfile");
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

function pinNode(version: string) {
  writeFileSync(
    join(clone, "package.json"),
    JSON.stringify({ name: "clone", devDependencies: { node: version } }),
  );
}

/** Pretends that this lockfile is installed already, with `version` as what node_modules/.bin/node answers. */
function installed(version: string) {
  const bin = join(clone, "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "node"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  const stamp = createHash("sha256").update("not a lockfile").digest("hex");
  writeFileSync(join(clone, "node_modules", ".throughline-setup"), stamp);
}

const setup = () =>
  spawnSync(process.execPath, [join(clone, "scripts/setup.mjs")], { encoding: "utf8" });

test("has nothing to do, and says nothing, when the lockfile is installed", () => {
  pinNode("24.0.0");
  installed("v24.0.0");
  const { status, stdout, stderr } = setup();
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("says what to do when the pinned Node did not come along", () => {
  pinNode("24.0.0");
  installed("v20.20.2");
  const { status, stderr } = setup();
  expect(status).toBe(1);
  expect(stderr).toContain("the pinned Node 24.0.0 is not in node_modules (found: v20.20.2)");
  expect(stderr).toContain("without --ignore-scripts");
});

test("a failed install is an error, not a half set-up that the next run trusts", () => {
  pinNode("24.0.0");
  const first = setup();
  expect(first.status).toBe(1);
  expect(first.stdout).toBe("");
  expect(first.stderr).toContain("npm ci failed");
  expect(setup().stderr).toContain("npm ci failed");
});
