import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const READY_MS = 120_000;
const TOLD_BYTES = 16_384;

/** A program that serves until it is stopped. */
export interface RunningProgram {
  stop(): Promise<void>;
}

/** Starts it and waits until `ready` answers with 200; what it said last is told when that does not come. */
export async function startProgram(
  file: string,
  args: readonly string[],
  ready: string,
): Promise<RunningProgram> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-TOLD_BYTES);
    });
  const stop = () => ended(child);
  try {
    await answers(child, ready);
  } catch (error) {
    await stop();
    throw new Error(`${file} did not get ready:\n${said}`, { cause: error });
  }
  return { stop };
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  for (const began = Date.now(); Date.now() - began < READY_MS; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
  }
  throw new Error(`${url} never answered`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await gone;
  clearTimeout(patience);
}

/** Free on this machine a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      return typeof address === "object" && address !== null ? address.port : 0;
    }),
  );
}
