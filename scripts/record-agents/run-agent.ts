import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AgentRecipe, Settings } from "./agents.ts";

export interface Room extends Disposable {
  readonly folder: string;
  readonly home: string;
  readonly project: string;
}

/** An empty HOME and an empty project folder. Not under /tmp: Codex refuses to put its helpers there. */
export function openRoom(parent: string): Room {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "room-"));
  const [home, project] = [join(folder, "home"), join(folder, "project")];
  mkdirSync(home);
  mkdirSync(project);
  return {
    folder,
    home,
    project,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Everything the agent sees: the environment holds nothing of ours but PATH, and HOME is the room's. */
export function furnish(room: Room, settings: readonly Settings[]): Settings {
  const files = Object.assign({}, ...settings.map(({ files }) => files ?? {}));
  for (const [name, text] of Object.entries<string>(files)) {
    const path = join(room.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const env: Record<string, string> = Object.assign(
    { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: room.home, TERM: "dumb" },
    ...settings.map(({ env }) => env ?? {}),
  );
  return { env, args: settings.flatMap(({ args }) => args ?? []), files };
}

const patienceMs = 180_000;

export async function runAgent(
  { title }: AgentRecipe,
  path: string,
  room: Room,
  { args = [], env = {} }: Settings,
  prompt: readonly string[],
): Promise<void> {
  const child = spawn(path, [...args, ...prompt], {
    cwd: room.project,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  clearTimeout(timer);
  if (code !== 0)
    throw new Error(`${title} ended with ${code ?? "a signal"}:\n${said.slice(-2000)}`);
}
