import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Subject } from "../subject.ts";

const STARTED_MS = 60_000;
const QUIET_MS = 5_000;

/** The embedded backend, as users start it. */
export async function start(parent: string): Promise<Subject> {
  const directory = join(parent, "embedded");
  mkdirSync(directory, { recursive: true });
  const bin = fileURLToPath(new URL("../../../packages/cli/src/bin.ts", import.meta.url));
  const args = ["up", "--port", "0", "--grpc-port", "0", "--data", directory, "--max-size", "1TB"];
  const server = spawn(process.execPath, [...process.execArgv, bin, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = await announced(server, directory);
  return {
    name: "embedded",
    traces: `${url}/v1/traces`,
    logs: `${url}/v1/logs`,
    tempo: `${url}/tempo`,
    loki: url,
    settled: () => settled(directory),
    async stop() {
      server.kill("SIGTERM");
      if (server.exitCode === null) await once(server, "exit");
    },
  };
}

async function announced(server: ChildProcess, directory: string): Promise<string> {
  for (const until = Date.now() + STARTED_MS; Date.now() < until; await wait(50)) {
    if (server.exitCode !== null) throw new Error(`the backend ended with ${server.exitCode}`);
    try {
      const said: unknown = JSON.parse(readFileSync(join(directory, "running.json"), "utf8"));
      if (typeof said === "object" && said !== null && "url" in said) return String(said.url);
    } catch {
      // Not yet.
    }
  }
  throw new Error("the backend did not start");
}

/** Until it has done what it does while nothing comes in. */
async function settled(directory: string): Promise<void> {
  for (let before = ""; ;) {
    const state = readdirSync(directory)
      .map((name) => statSync(join(directory, name)))
      .map(({ mtimeMs, size }) => `${mtimeMs} ${size}`)
      .join();
    if (state === before) return;
    before = state;
    await wait(QUIET_MS);
  }
}
