import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const bin = fileURLToPath(new URL("../../../packages/cli/src/bin.ts", import.meta.url));
const command = ["--conditions=@throughline/source", bin];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

export async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "throughline-e2e-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The command line as a user runs it, in a process of its own. `before` is put in front, to change what it runs in. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  before: readonly string[] = [],
): Started {
  const [program = "", ...rest] = [...before, process.execPath, ...command, ...args];
  const child = spawn(program, rest, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, stderr: () => stderr, ended };
}

export async function run(args: readonly string[], env?: Record<string, string>): Promise<Ended> {
  return start(args, env).ended;
}

export interface Up extends Started {
  readonly url: string;
  readonly grpc: string;
  readonly data: string;
}

/** `throughline up` on free ports; resolves when it has printed its one line. */
export async function up(
  args: readonly string[] = [],
  data?: string,
  before?: readonly string[],
): Promise<Up> {
  const place = data ?? (await directory());
  const started = start(
    ["up", "--port", "0", "--grpc-port", "0", "--data", place, ...args],
    {},
    before,
  );
  const line = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /^throughline .*OTLP\/HTTP at .*$/m.exec(started.stderr())?.[0];
      if (found !== undefined) resolve(found);
    };
    started.child.stderr?.on("data", look);
    void started.ended.then(({ code, stderr }) => reject(new Error(`ended (${code}): ${stderr}`)));
  });
  const [, url = "", grpc = ""] = /HTTP at (\S+), OTLP\/gRPC at (\S+),/.exec(line) ?? [];
  return { ...started, url, grpc, data: place };
}
