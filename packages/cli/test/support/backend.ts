import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { serve } from "@throughline/server";
import { type Delivery, openEmbeddedHome } from "@throughline/store";
import { afterAll, beforeAll } from "vitest";

export interface TestBackend {
  readonly url: string;
  deliver(delivery: Delivery): Promise<void>;
  /** The same address and the same sessions, a new server; resolves once the old one has gone and the new one answers. */
  restart(): Promise<void>;
  /** Live streams that are open. */
  liveClients(): Promise<number>;
  close(): Promise<void>;
}

/** One for all tests of a file. */
export function sharedBackend(token?: string): () => TestBackend {
  let opened: TestBackend | undefined;
  beforeAll(async () => {
    opened = await openBackend(token);
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error("asked for before it was opened");
    return opened;
  };
}

/** A server of this process, on a free port, over a store in a directory of its own. */
export async function openBackend(token?: string): Promise<TestBackend> {
  const directory = await mkdtemp(join(tmpdir(), "throughline-cli-"));
  let running = await open(directory, 0, token);
  const { url } = running;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    url,
    async deliver({ body, door, signal }) {
      const path = door === undefined ? "" : `/run/${encodeURIComponent(door)}`;
      const response = await fetch(`${url}${path}/v1/${signal}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-protobuf" },
        body: body.slice(),
      });
      const said = await response.text();
      if (!response.ok) throw new Error(`${response.status}: ${said}`);
    },
    async restart() {
      await running.close();
      running = await open(directory, Number(new URL(url).port), token);
    },
    async liveClients() {
      const text = await (await fetch(`${url}/metrics`, { headers })).text();
      return Number(/^throughline_live_clients (\d+)$/m.exec(text)?.[1] ?? 0);
    },
    async close() {
      await running.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function open(directory: string, port: number, token: string | undefined) {
  const home = await openEmbeddedHome({ directory, gatherMs: 2 });
  const server = await serve({
    ...home,
    port,
    grpcPort: 0,
    version: "0.0.0-test",
    ...(token !== undefined && { token }),
  });
  return {
    url: server.url,
    async close() {
      await server.close();
      await home.close();
    },
  };
}
