import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { CommandError, exit } from "../exit-codes.ts";
import type { World } from "../world.ts";
import { dataDirectory } from "./data-directory.ts";
import { askHealth, findRunning } from "./running.ts";

export interface EnsureOptions {
  readonly data?: string;
  readonly port?: string;
  readonly "grpc-port"?: string;
}

/** Opening a store takes a third of a second, a large one on a slow disk some seconds. */
const patienceMs = 30_000;
const lookMs = 50;

/** The address of a backend: the one that runs, else one that is started and goes on running when we end. */
export async function ensureBackend(
  url: string,
  isChosen: boolean,
  options: EnsureOptions,
  world: World,
): Promise<string> {
  const data = dataDirectory(options.data, world);
  const known = await findRunning(data);
  if (!isChosen && known.state === "running") return known.running.url;
  const { instance } = await askHealth(url);
  if (instance !== undefined) return url;
  if (isChosen)
    throw new CommandError(
      `nothing answers as Throughline at ${url}.`,
      "Without --url and THROUGHLINE_URL, run starts a backend here by itself.",
      exit.unreachable,
    );
  return start(data, options, world);
}

async function start(data: string, options: EnsureOptions, world: World): Promise<string> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const log = join(data, "up.log");
  const file = openSync(log, "w", 0o600);
  const flags = (["port", "grpc-port"] as const).flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const bin = fileURLToPath(new URL(`../bin${ending}`, import.meta.url));
  const child = spawn(
    process.execPath,
    [...process.execArgv, bin, "up", "--data", data, ...flags],
    {
      detached: true,
      stdio: ["ignore", file, file],
      // It outlives this shell: what the shell says of telemetry or of this run is none of its business.
      env: Object.fromEntries(
        Object.entries(world.env).filter(([name]) => !isOfThisRun.test(name)),
      ),
    },
  );
  closeSync(file);
  child.unref();
  const ended = new AbortController();
  child.once("exit", () => ended.abort());
  child.once("error", () => ended.abort());
  const deadline = Date.now() + patienceMs;
  while (!ended.signal.aborted && Date.now() < deadline) {
    const found = await findRunning(data);
    if (found.state === "running" && found.running.pid === child.pid) {
      const { url } = found.running;
      world.err(`throughline: started the backend at ${url}; throughline down stops it.\n`);
      return url;
    }
    await pause(lookMs);
  }
  const said = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");
  throw new CommandError(
    `the backend did not start:\n${said}`,
    `All it said is in ${log}. throughline up starts one here in the foreground.`,
    exit.unreachable,
  );
}

const isOfThisRun = /^(?:OTEL_|TRACEPARENT$|TRACESTATE$|BAGGAGE$)/;
/** The same as this file's: TypeScript in the source tree, JavaScript in a build. */
const ending = import.meta.url.slice(import.meta.url.lastIndexOf("."));
