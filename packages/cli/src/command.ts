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
  run: () => import("./commands/run.ts"),
  sessions: () => import("./commands/sessions.ts"),
  show: () => import("./commands/show.ts"),
  logs: () => import("./commands/logs.ts"),
  traces: () => import("./commands/traces.ts"),
  export: () => import("./commands/export.ts"),
  import: () => import("./commands/import.ts"),
  verify: () => import("./commands/verify.ts"),
  inventory: () => import("./commands/inventory.ts"),
  doctor: () => import("./commands/doctor.ts"),
  completion: () => import("./commands/completion.ts"),
  version: () => import("./commands/version.ts"),
};
