import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const here = import.meta.dirname;

/** A client that is ready to be run, or why it can't be. */
export type Prepared =
  | { readonly run: (...args: string[]) => Promise<void>; readonly file: string }
  | { readonly missing: string };

/** A virtual environment outside the tree, made once for these requirements. */
export async function preparePython(): Promise<Prepared> {
  const requirements = join(here, "python", "requirements.txt");
  const place = join(await cache(), `python-${await digest(requirements)}`);
  const python = join(place, "bin", "python");
  try {
    if (!existsSync(join(place, "ready"))) {
      await execute("python3", ["-m", "venv", "--clear", place]);
      await execute(python, ["-m", "pip", "install", "--quiet", "-r", requirements]);
      await mkdir(join(place, "ready"));
    }
  } catch (error) {
    return { missing: `no Python with the OpenTelemetry SDK: ${firstLine(error)}` };
  }
  const file = join(here, "python", "send.py");
  return { file, run: async (...args) => void (await execute(python, [file, ...args])) };
}

/** A Go program of this folder, built outside the tree. */
export async function prepareGo(folder: "go" | "collector"): Promise<Prepared> {
  const directory = join(here, folder);
  const files = (await readdir(directory)).map((name) => join(directory, name));
  const file = join(await cache(), `${folder}-${await digest(...files)}`);
  try {
    if (!existsSync(file)) await execute("go", ["build", "-o", file, "."], { cwd: directory });
  } catch (error) {
    return { missing: `no Go to build ${folder}: ${firstLine(error)}` };
  }
  return { file, run: async (...args) => void (await execute(file, args)) };
}

/** npm packages in a folder outside the tree, for `createRequire`; or why they can't be had. */
export async function preparePackages(
  ...packages: readonly string[]
): Promise<{ readonly file: string } | { readonly missing: string }> {
  const place = join(await cache(), packages.join("+").replaceAll("/", "-"));
  const file = join(place, "package.json");
  try {
    if (!existsSync(join(place, "ready"))) {
      await mkdir(place, { recursive: true });
      await writeFile(file, '{ "private": true }\n');
      const quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
      await execute("npm", ["install", ...quietly, ...packages], { cwd: place });
      await mkdir(join(place, "ready"));
    }
  } catch (error) {
    return { missing: `${packages.join(" ")} can't be installed: ${firstLine(error)}` };
  }
  return { file };
}

async function cache(): Promise<string> {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const place = join(base, "throughline", "test-clients");
  await mkdir(place, { recursive: true });
  return place;
}

async function digest(...files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
}
