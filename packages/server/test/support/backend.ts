import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedHome } from "@throughline/store";
import { afterAll, beforeAll, onTestFinished } from "vitest";

import { serve, type ServeOptions, type Serving } from "../../src/index.ts";

export const heldBytes = "throughline_receive_in_flight_bytes";

export interface TestBackend extends Serving {
  readonly directory: string;
  /** Stops the server and closes its store, for tests that look at what is left on disk. */
  stop(): Promise<void>;
  /** What the operator would have seen. */
  readonly reported: readonly string[];
  post(
    path: string,
    body: string | Uint8Array,
    headers?: Record<string, string>,
  ): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json(path: string): Promise<unknown>;
  /** One series of /metrics; 0 while it does not exist. */
  metric(series: string): Promise<number>;
}

export type BackendOptions = Omit<ServeOptions, "writer" | "reader" | "telemetry" | "version">;

/** A real server on a real store in a directory of its own; both are gone when the test is. */
export async function backend(options: BackendOptions = {}): Promise<TestBackend> {
  const opened = await open(options);
  onTestFinished(() => opened.dispose());
  return opened;
}

/** One server for all tests of a file or a `describe`, where they can't see each other: opening a store takes a third of a second. */
export function sharedBackend(options: BackendOptions = {}): () => TestBackend {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await open(options);
  });
  afterAll(() => opened?.dispose());
  return () => {
    if (opened === undefined) throw new Error("asked for before it was opened");
    return opened;
  };
}

interface Opened extends TestBackend {
  dispose(): Promise<void>;
}

async function open(options: BackendOptions): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), "throughline-server-"));
  const reported: string[] = [];
  const report = (line: string) => void reported.push(line);
  const home = await openEmbeddedHome({ directory, report });
  const remove = () => rm(directory, { recursive: true, force: true });
  const { writer, reader, telemetry, measures } = home;
  const ports = { port: 0, grpcPort: 0, version: "0.0.0-test" };
  const serving = await serve({
    ...ports,
    report,
    ...options,
    writer,
    reader,
    telemetry,
    measures,
  }).catch(async (error: unknown) => {
    await home.close();
    await remove();
    throw error;
  });
  const stop = async () => {
    await serving.close();
    await home.close();
  };
  const { url } = serving;
  return {
    ...serving,
    directory,
    reported,
    stop,
    dispose: async () => {
      await stop();
      await remove();
    },
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: "POST",
        body: new Uint8Array(Buffer.from(body)),
        headers: { "content-type": "application/x-protobuf", ...headers },
      }),
    get: (path, headers = {}) => fetch(url + path, { headers }),
    json: async (path) => (await fetch(url + path)).json(),
    metric: async (series) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = text.split("\n").find((line) => line.startsWith(`${series} `));
      return Number(line?.slice(series.length) ?? 0);
    },
  };
}
