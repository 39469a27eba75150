/**
 * Builds the packages that are published as JavaScript: `npm run build`, or `npm run build -- core sdk` for these and what
 * they need. Nothing in the inner loop uses the result; from source everything runs as it is.
 *
 * One after the other, dependencies first, because a package is checked against the declarations its neighbours publish.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, globSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = join(root, "packages");
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");

/** Loaded by host applications, where each of a hundred small files costs half a millisecond at every start. */
const bundled = new Set(["core", "sdk"]);

interface Manifest {
  readonly name: string;
  readonly exports?: { readonly [door: string]: { readonly "@throughline/source"?: string } };
  readonly dependencies?: { readonly [name: string]: string };
  readonly bin?: { readonly [command: string]: string };
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
  const folder = folders.get(name) ?? "";
  const home = join(packages, folder);
  // What was renamed or deleted in src must not be published from an earlier build.
  rmSync(join(home, "dist"), { recursive: true, force: true });
  const only = bundled.has(folder) ? ["--emitDeclarationOnly"] : [];
  const { status } = spawnSync(
    process.execPath,
    [tsc, "-p", join(home, "tsconfig.build.json"), ...only],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exit(status ?? 1);
  if (bundled.has(folder)) await bundle(home, manifests.get(name)?.exports ?? {});
  // What npm does when it installs a package, for `npx` in this clone.
  for (const file of Object.values(manifests.get(name)?.bin ?? {}))
    chmodSync(join(home, file), 0o755);
  console.error(`throughline: built ${name}`);
}

/** One file a door, and what doors share in files of its own, so that there is one of each thing in a process. */
async function bundle(home: string, doors: NonNullable<Manifest["exports"]>): Promise<void> {
  const src = join(home, "src");
  const sources = Object.values(doors).flatMap((door) => door["@throughline/source"] ?? []);
  const workers = globSync("**/*-worker.ts", { cwd: src }).map((file) => join(src, file));
  const entries = [...sources.map((file) => join(home, file)), ...workers];
  const build = await rolldown({
    input: Object.fromEntries(entries.map((file) => [nameIn(src, file), file])),
    external: (id) => !id.startsWith(".") && !id.startsWith("/"),
    platform: "node",
  });
  await build.write({
    dir: join(home, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    codeSplitting: {
      // Who asks where it stands (for a worker beside it, for its manifest) keeps its place.
      groups: [{ debugName: "places", name: (id) => (knowsItsPlace(id) ? nameIn(src, id) : null) }],
    },
  });
  await build.close();
}

function nameIn(src: string, file: string): string {
  return file.slice(src.length + 1).replace(/\.ts$/, "");
}

function knowsItsPlace(file: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8").includes("import.meta.url");
}
