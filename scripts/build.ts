/**
 * Builds the packages that are published as JavaScript: `npm run build`, or `npm run build -- core sdk` for these and what
 * they need. Nothing in the inner loop uses the result; from source everything runs as it is.
 *
 * One after the other, dependencies first, because a package is checked against the declarations its neighbours publish.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = join(root, "packages");
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");

interface Manifest {
  readonly name: string;
  readonly dependencies?: { readonly [name: string]: string };
}

const folders = new Map<string, string>();
const manifests = new Map<string, Manifest>();
for (const folder of readdirSync(packages)) {
  if (!existsSync(join(packages, folder, "tsconfig.build.json"))) continue;
  const manifest = JSON.parse(
    readFileSync(join(packages, folder, "package.json"), "utf8"),
  ) as Manifest;
  folders.set(manifest.name, folder);
  manifests.set(manifest.name, manifest);
}

const order = new Set<string>();
function visit(name: string): void {
  const manifest = manifests.get(name);
  if (manifest === undefined || order.has(name)) return;
  for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency);
  order.add(name);
}

const asked = process.argv.slice(2);
for (const [name, folder] of folders) if (asked.length === 0 || asked.includes(folder)) visit(name);
const unknown = asked.filter((folder) => ![...folders.values()].includes(folder));
if (unknown.length > 0) {
  console.error(`throughline: no package to build is called ${unknown.join(", ")}`);
  process.exit(2);
}

for (const name of order) {
  const folder = join(packages, folders.get(name) ?? "");
  // What was renamed or deleted in src must not be published from an earlier build.
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(folder, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  console.error(`throughline: built ${name}`);
}
