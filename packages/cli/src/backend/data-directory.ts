import { homedir } from "node:os";
import { join, resolve } from "node:path";

import type { World } from "../world.ts";

/** Where sessions are kept: `--data`, else the place for an application's data on this system. */
export function dataDirectory(given: string | undefined, { env }: World): string {
  if (given !== undefined && given !== "") return resolve(given);
  const home = env["HOME"] ?? homedir();
  const base =
    env["XDG_DATA_HOME"] ||
    (process.platform === "win32" ? env["LOCALAPPDATA"] : undefined) ||
    join(home, ".local", "share");
  return resolve(base, "throughline");
}
