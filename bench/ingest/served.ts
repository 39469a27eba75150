import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A server that takes OTLP over HTTP, in a process of its own. */
export interface Served {
  readonly name: string;
  readonly process: ChildProcess;
  /** Where spans are sent. */
  readonly traces: string;
  /** Everything it keeps is below here. */
  readonly directory: string;
  /** Acknowledges before it has stored: what it still does for what it took is waited for. */
  readonly owes?: boolean;
  /** How many of the spans it gets, where all would take hours. */
  readonly share?: number;
  /** Asks for what is looked at together: all of one session where the server knows sessions, else one trace. */
  readonly open?: {
    readonly what: "session" | "trace";
    readonly url: (id: string) => string;
  };
}

const STARTED_MS = 300_000;

/** Ours, as users start it. */
export async function startThroughline(parent: string): Promise<Served> {
  const directory = fresh(parent, "throughline");
  const bin = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));
  const args = ["up", "--port", "0", "--grpc-port", "0", "--data", directory, "--max-size", "1TB"];
  const server = spawn(process.execPath, [...process.execArgv, bin, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = await until("throughline", server, () => announced(directory));
  return {
    name: "Throughline",
    process: server,
    traces: `${url}/v1/traces`,
    directory,
    open: { what: "session", url: (id) => `${url}/api/v1/sessions/${id}/records` },
  };
}

function announced(directory: string): string | undefined {
  try {
    const { url }: { url?: unknown } = JSON.parse(
      readFileSync(join(directory, "running.json"), "utf8"),
    );
    return typeof url === "string" ? url : undefined;
  } catch {
    return undefined;
  }
}

/** What anything pays at least, without and with compression. */
export async function startRaw(parent: string, compression?: "zstd"): Promise<Served> {
  const directory = fresh(parent, compression ?? "raw");
  const program = fileURLToPath(new URL("programs/raw-server.ts", import.meta.url));
  const server = fork(program, compression === undefined ? [directory] : [directory, compression]);
  const [port]: unknown[] = await once(server, "message");
  return {
    name: `receive${compression === undefined ? "" : ` + ${compression}`} + append + fdatasync`,
    process: server,
    traces: `http://127.0.0.1:${String(port)}/v1/traces`,
    directory,
  };
}

export function fresh(parent: string, name: string): string {
  const directory = join(parent, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Asks until there is an answer; a server that ends before is told with what it said last. */
export async function until<T>(
  name: string,
  server: ChildProcess,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  let said = "";
  server.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const giveUp = performance.now() + STARTED_MS;
  while (performance.now() < giveUp && server.exitCode === null) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(100);
  }
  server.kill("SIGKILL");
  throw new Error(`${name} did not start: ${said}`);
}

/** As an operator ends it. Whoever does not heed it is ended all the same. */
export async function stop({ process: server }: Served): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, "exit");
  server.kill("SIGCONT");
  server.kill("SIGTERM");
  const patience = setTimeout(() => server.kill("SIGKILL"), 60_000);
  await exit;
  clearTimeout(patience);
}

export function bytesBelow(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name, parentPath }) => sum + onDisk(join(parentPath, name)), 0);
}

/** What is really taken: some make files ahead of what they will hold. */
function onDisk(path: string): number {
  return statSync(path).blocks * 512;
}
