import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = new URL("../../scripts/setup.mjs", import.meta.url).pathname;
let clone = "";

const lockfile = (version: string) =>
  JSON.stringify({ packages: { "": { name: "clone" }, "node_modules/dependency": { version } } });

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "throughline-setup-"));
  mkdirSync(join(clone, "scripts"));
  cpSync(script, join(clone, "scripts/setup.mjs"));
  writeFileSync(join(clone, "package-lock.json"), lockfile("1.0.0"));
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
  const present = { packages: { "node_modules/dependency": { version: "1.0.0" } } };
  writeFileSync(join(clone, "node_modules", ".package-lock.json"), JSON.stringify(present));
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
  expect(stderr).toContain("the pinned Node v24.0.0 is not in node_modules (found: v20.20.2)");
  expect(stderr).toContain("without --ignore-scripts");
});

test("installs again when the lockfile has moved on", () => {
  pinNode("24.0.0");
  installed("v24.0.0");
  writeFileSync(join(clone, "package-lock.json"), lockfile("1.0.1"));
  expect(setup().stderr).toContain("installing dependencies");
});

test("a failed install is an error, not a half set-up that the next run trusts", () => {
  pinNode("24.0.0");
  const first = setup();
  expect(first.status).toBe(1);
  expect(first.stdout).toBe("");
  expect(first.stderr).toContain("npm ci failed");
  expect(setup().stderr).toContain("npm ci failed");
});

test("a page that can't be built stops nobody, and is not silent", () => {
  pinNode("24.0.0");
  installed("v24.0.0");
  writeFileSync(join(clone, "scripts/build-page.ts"), "");
  const node =
    '#!/bin/sh\nif [ "$1" = --version ]; then echo v24.0.0; else echo broken >&2; exit 1; fi\n';
  writeFileSync(join(clone, "node_modules/.bin/node"), node, { mode: 0o755 });
  const { status, stderr, stdout } = setup();
  expect(status).toBe(0);
  expect(stdout).toBe("");
  expect(stderr).toContain("broken");
  expect(stderr).toContain("the page could not be built");
});
