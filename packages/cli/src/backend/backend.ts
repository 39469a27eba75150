import { mkdir } from "node:fs/promises";
import type { ServeOptions } from "@throughline/server";

import { CommandError } from "../exit-codes.ts";
import { version } from "../version.ts";
import { type EngineOptions, openEngines } from "./engines.ts";
import type { World } from "../world.ts";
import { announce, askHealth, withdraw, type Running } from "./running.ts";

export interface BackendOptions {
  /** Where it says that it runs, and where sessions are kept unless engines keep them. */
  readonly data: string;
  readonly retentionMs: number | undefined;
  readonly maxBytes: number | undefined;
  readonly engines: EngineOptions | undefined;
  readonly serve: Pick<ServeOptions, "host" | "port" | "grpcPort" | "token" | "allowHosts">;
}

export interface Backend {
  readonly running: Running;
  stop(): Promise<void>;
}

/** Opens the store, serves it, and says so in the data directory. Only who calls this loads either. */
export async function startBackend(options: BackendOptions, world: World): Promise<Backend> {
  const { data, retentionMs, maxBytes } = options;
  const report = (line: string) => world.err(`throughline: ${line}\n`);
  const [{ serve, Refusal }, { openEmbeddedHome, StoreRefusal }] = await Promise.all([
    import("@throughline/server"),
    import("@throughline/store"),
  ]);
  const explain = async (error: unknown): Promise<unknown> => {
    if (error instanceof Refusal) {
      const who = error.code === "port_in_use" ? await occupant(options.serve) : "";
      return new CommandError(`${error.message}${who}`, error.entry.todo);
    }
    if (error instanceof StoreRefusal) return new CommandError(error.message);
    return unusable(error, data);
  };

  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
    const home =
      options.engines === undefined
        ? await openEmbeddedHome({ directory: data, retentionMs, maxBytes, report })
        : await openEngines(options.engines);
    const closeHome = () => home.close();
    const serving = await serve({ ...home, ...options.serve, version: version(), report }).catch(
      async (error: unknown) => {
        await closeHome();
        throw error;
      },
    );
    const running: Running = {
      pid: process.pid,
      instance: serving.instance,
      version: version(),
      url: serving.url,
      grpc: serving.grpc,
      data,
      started_at: new Date().toISOString(),
    };
    await announce(running);
    return {
      running,
      stop: async () => {
        await serving.close();
        await closeHome();
        await withdraw(running);
      },
    };
  } catch (error) {
    throw await explain(error);
  }
}

/** Whether it is another Throughline that has the port; of other programs nothing can be said. */
async function occupant({
  host = "127.0.0.1",
  port = 4318,
}: BackendOptions["serve"]): Promise<string> {
  const { instance } = await askHealth(`http://${host}:${port}`);
  return instance === undefined ? "" : ` A Throughline already answers at http://${host}:${port}.`;
}

/** What the file system says of the data directory; anything else is a fault of ours and keeps its stack. */
function unusable(error: unknown, data: string): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  return new CommandError(
    `the data directory ${data} can't be used: ${error.message}.`,
    "Choose another with --data DIR.",
  );
}
