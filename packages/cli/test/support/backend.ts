import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { serve } from "@throughline/server";
import { type Delivery, openEmbeddedHome } from "@throughline/store";

export interface TestBackend {
  readonly url: string;
  deliver(delivery: Delivery): Promise<void>;
  /** Live streams that are open. */
  liveClients(): Promise<number>;
  close(): Promise<void>;
}

/** A server of this process, on a free port, over a store in a directory of its own. */
export async function openBackend(token?: string): Promise<TestBackend> {
  const directory = await mkdtemp(join(tmpdir(), "throughline-cli-"));
  const home = await openEmbeddedHome({ directory, gatherMs: 2 });
  const server = await serve({
    ...home,
    port: 0,
    grpcPort: 0,
    version: "0.0.0-test",
    ...(token !== undefined && { token }),
  });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    url: server.url,
    async deliver({ body, door, signal }) {
      const path = door === undefined ? "" : `/run/${encodeURIComponent(door)}`;
      const response = await fetch(`${server.url}${path}/v1/${signal}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-protobuf" },
        body: body.slice(),
      });
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    },
    async liveClients() {
      const text = await (await fetch(`${server.url}/metrics`, { headers })).text();
      return Number(/^throughline_live_clients (\d+)$/m.exec(text)?.[1] ?? 0);
    },
    async close() {
      await server.close();
      await home.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
