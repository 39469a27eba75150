import { WebSocket } from "ws";

import type { Upgrade } from "../door/upgrades.ts";
import { createTailSockets, failed, type TailLimits } from "../protocol/tail-sockets.ts";

export interface TailThroughOptions extends TailLimits {
  readonly loki: string;
}

/** What a client may be behind before it is let go. */
const MOST_UNSENT_BYTES = 16 * 1024 * 1024;
const FLAGS = "x-loki-response-encoding-flags";

/** `GET /loki/api/v1/tail` of the Loki behind this server, frame by frame. */
export function createTailThrough({ loki, ...limits }: TailThroughOptions): Upgrade {
  const take = createTailSockets(limits);
  const base = loki.replace(/^http/, "ws").replace(/\/+$/, "");
  return (request, socket, head) => {
    const address = new URL(base + (request.url ?? ""));
    address.hash = "";
    const flags = request.headers[FLAGS];
    const headers = typeof flags === "string" ? { [FLAGS]: flags } : {};
    // Loki is asked once the client's handshake is known to be one: nobody would hang up what that left open.
    take(request, socket, head, (client) => join(client, new WebSocket(address, { headers })));
  };
}

function join(client: WebSocket, engine: WebSocket): void {
  client.on("close", () => engine.terminate());
  engine.on("message", (data, isBinary) => {
    if (client.bufferedAmount > MOST_UNSENT_BYTES) return client.close(failed, "too slow");
    client.send(data, { binary: isBinary });
  });
  engine.on("close", (_code, reason) => client.close(failed, reason));
  engine.on("error", ({ message }) => client.close(failed, `Loki: ${message}`.slice(0, 100)));
}
