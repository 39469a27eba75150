import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AgentRecipe } from "./agents.ts";

/** Outside the tree: the agents weigh hundreds of megabytes and are nobody's dependency. */
export const cacheFolder: string = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  "throughline",
  "agents",
);

/** The path of the agent's command, installed from the npm registry at its pinned version if it is not there yet. */
export function install({ command, id, package: name, version }: AgentRecipe): string {
  const folder = join(cacheFolder, `${id}@${version}`);
  const path = join(folder, "node_modules", ".bin", command);
  if (existsSync(path)) return path;
  console.error(`installing ${name}@${version} ...`);
  mkdirSync(folder, { recursive: true });
  const npm = spawnSync(
    "npm",
    ["install", "--prefix", folder, "--no-audit", "--no-fund", `${name}@${version}`],
    { cwd: folder, stdio: ["ignore", "inherit", "inherit"] },
  );
  if (npm.status !== 0 || !existsSync(path)) throw new Error(`${name}@${version} did not install`);
  return path;
}
