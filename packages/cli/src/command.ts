import type { World } from "./world.ts";

export interface Command {
  /** Printed as it stands by `throughline NAME --help`. */
  readonly help: string;
  /** Returns the exit code. */
  run(argv: readonly string[], world: World): Promise<number>;
}

/** Loaded when called for: `version` and `--help` must not pay for a server. */
export const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  up: () => import("./commands/up.ts"),
  down: () => import("./commands/down.ts"),
  status: () => import("./commands/status.ts"),
  sessions: () => import("./commands/sessions.ts"),
  show: () => import("./commands/show.ts"),
  import: () => import("./commands/import.ts"),
  version: () => import("./commands/version.ts"),
};
