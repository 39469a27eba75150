import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const hosts = fileURLToPath(new URL("hosts", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: { readonly [name: string]: string };
  readonly peerDependencies?: { readonly [name: string]: string };
}

/** The packages as they would be published, packed. */
export function pack(folders: readonly string[]): readonly string[] {
  execFileSync(process.execPath, [join(root, "scripts", "build.ts"), ...folders], {
    stdio: "pipe",
  });
  const destination = mkdtempSync(join(tmpdir(), "throughline-packed-"));
  for (const folder of folders) {
    execFileSync(
      "npm",
      ["pack", "--silent", "--pack-destination", destination, join(root, "packages", folder)],
      { cwd: root, stdio: "pipe" },
    );
  }
  return readdirSync(destination).map((file) => join(destination, file));
}

/**
 * A host of its own, outside of the workspace: inside it a 2.x host finds the workspace's copy of the API, which is of the
 * other line, and silently records nothing.
 */
export class Lane {
  readonly #folder = mkdtempSync(join(tmpdir(), "throughline-lane-"));
  readonly #modules = join(this.#folder, "node_modules");

  constructor(tarballs: readonly string[], hostFolder: string, packages: readonly string[]) {
    for (const tarball of tarballs) this.#unpack(tarball);
    for (const name of [...packages, "@noble/hashes", "@types/node"])
      this.#install(name, join(root, hostFolder));
    cpSync(hosts, this.#folder, { recursive: true });
  }

  /** Runs a host's program and gives back what it wrote. */
  run(program: string, args: readonly string[] = []): unknown {
    const output = execFileSync(process.execPath, [join(this.#folder, program), ...args], {
      cwd: this.#folder,
      encoding: "utf8",
      // Not ours: conditions that lead to the sources would lead nowhere here.
      env: { PATH: process.env["PATH"] },
    });
    return JSON.parse(output);
  }

  /** What the compiler has to say about a host's program, as its author would have it checked. */
  check(program: string): string {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    // Strict in everything but `any`, where plain JavaScript says no type.
    const flags = [
      "--allowJs",
      "--checkJs",
      "--strict",
      "--noImplicitAny",
      "false",
      "--types",
      "node",
    ];
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, "--noEmit", "--skipLibCheck", "--module", "nodenext", ...flags, program],
      { cwd: this.#folder, encoding: "utf8" },
    );
    return stdout;
  }

  version(name: string): string {
    return manifestIn(join(this.#modules, name)).version;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #unpack(tarball: string): void {
    const scratch = mkdtempSync(join(this.#folder, "unpack-"));
    execFileSync("tar", ["-xzf", tarball, "-C", scratch]);
    const unpacked = join(scratch, "package");
    cpSync(unpacked, join(this.#modules, manifestIn(unpacked).name), { recursive: true });
    rmSync(scratch, { recursive: true });
  }

  /** What `npm install` would do, from what the workspace has installed, so that no network is needed. */
  #install(name: string, from: string): void {
    const target = join(this.#modules, name);
    // Who comes first decides, as in a real installation: the host's API is everybody's.
    if (existsSync(target)) return;
    const source = find(name, from);
    const manifest = manifestIn(source);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, { recursive: true, dereference: true });
    const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const dependency of Object.keys(needed)) this.#install(dependency, source);
  }
}

function find(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
