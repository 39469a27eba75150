import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, chmod, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

export type EngineName = "tempo" | "tempo-cli" | "loki" | "logcli" | "jaeger";

interface Module {
  readonly path: string;
  readonly version: string;
  /** The checksum of the module as the Go toolchain writes it in go.sum. */
  readonly sum: string;
  /** Its own replacements by folders, which the zip of a module does not have: what it requires is taken instead. */
  readonly folders: readonly string[];
}

/** Tempo has tags that Go modules can't have, so it is pinned by commit: its main branch of April 2026, on the way to 3.0. */
const tempo: Module = {
  path: "github.com/grafana/tempo",
  version: "v1.5.1-0.20260423183749-e1676d825c43",
  sum: "h1:u+6u18QCm3tmEbE77QlUIpV2NvyBQqbXXuA+39/wIyc=",
  folders: [],
};

const loki: Module = {
  path: "github.com/grafana/loki/v3",
  version: "v3.7.8",
  sum: "h1:bJ0WFWVOjgvG/jYmT9fIX15SYXXDwuEu/IMgTwMA97U=",
  folders: ["github.com/grafana/loki/pkg/push"],
};

/** Jaeger 2.13: its second line has no module of its own, and is built from the tag that was given out with it. */
const jaeger: Module = {
  path: "github.com/jaegertracing/jaeger",
  version: "v1.76.0",
  sum: "h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=",
  folders: [],
};

const modules: Readonly<Record<EngineName, Module>> = {
  tempo,
  "tempo-cli": tempo,
  loki,
  logcli: loki,
  jaeger,
};

/** What fixtures and tables name the engines by. */
export const versions: { readonly tempo: string; readonly loki: string } = {
  tempo: tempo.version,
  loki: loki.version,
};

const building = new Map<EngineName, Promise<string>>();

/**
 * The program, built once by this machine's Go from the module proxy, and kept outside the tree. The first build of each
 * module takes many minutes; `report` hears of it.
 */
export function engine(
  name: EngineName,
  report: (line: string) => unknown = () => {},
): Promise<string> {
  let file = building.get(name);
  if (file === undefined) {
    file = build(name, report);
    building.set(name, file);
    file.catch(() => building.delete(name));
  }
  return file;
}

async function build(name: EngineName, report: (line: string) => unknown): Promise<string> {
  const module = modules[name];
  const place = join(cache(), `${name}@${module.version}`);
  const file = join(place, name);
  if (existsSync(file)) return file;
  report(
    `building ${module.path}/cmd/${name} ${module.version}; this happens once and takes a while`,
  );
  await mkdir(place, { recursive: true });
  const source = await download(module);
  const scratch = await mkdtemp(join(tmpdir(), "throughline-engine-"));
  try {
    const modfile = join(scratch, "go.mod");
    await copyFile(join(source, "go.mod"), modfile);
    await copyFile(join(source, "go.sum"), join(scratch, "go.sum"));
    await Promise.all([modfile, join(scratch, "go.sum")].map((copy) => chmod(copy, 0o600)));
    for (const folder of module.folders) await go(scratch, "mod", "edit", `-dropreplace=${folder}`);
    const built = join(place, `.${randomUUID()}`);
    // Built where it lies, as its own main module: that is what makes its replacements count.
    await go(
      source,
      "build",
      `-modfile=${modfile}`,
      "-mod=mod",
      "-trimpath",
      "-ldflags",
      "-s -w",
      "-o",
      built,
      `./cmd/${name}`,
    );
    await rename(built, file);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return file;
}

async function download({ path, sum, version }: Module): Promise<string> {
  const { stdout } = await go(tmpdir(), "mod", "download", "-json", `${path}@${version}`);
  const said: unknown = JSON.parse(stdout);
  if (typeof said !== "object" || said === null || !("Dir" in said) || !("Sum" in said))
    throw new Error(`go mod download said nothing of ${path}`);
  if (said.Sum !== sum)
    throw new Error(`${path}@${version} is not what was pinned: ${String(said.Sum)}`);
  return String(said.Dir);
}

function go(directory: string, ...args: string[]) {
  const env = { ...process.env, CGO_ENABLED: "0", GOCACHE: join(cache(), "go-build"), GOFLAGS: "" };
  return execute("go", args, { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 });
}

function cache(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(base, "throughline", "engines");
}
