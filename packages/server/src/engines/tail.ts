import { WebSocket, WebSocketServer } from "ws";

import type { Upgrade } from "../door/upgrades.ts";
import { Refusal } from "../refusal/refusal.ts";

export interface TailThroughOptions {
  readonly loki: string;
  readonly stopping: AbortSignal;
  /** Tails at a time. */
  readonly most: number;
}

/** What a client may be behind before it is let go. */
const MOST_UNSENT_BYTES = 16 * 1024 * 1024;
const FLAGS = "x-loki-response-encoding-flags";
const goingAway = 1001;
const failed = 1011;

/** `GET /loki/api/v1/tail` of the Loki behind this server, frame by frame. */
export function createTailThrough({ loki, most, stopping }: TailThroughOptions): Upgrade {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // Clients have nothing to say.
    maxPayload: 1_024,
  });
  stopping.addEventListener("abort", () => {
    for (const socket of sockets.clients) socket.close(goingAway, "the server is stopping");
  });
  const base = loki.replace(/^http/, "ws").replace(/\/+$/, "");
  return (request, socket, head) => {
    if (sockets.clients.size >= most) throw new Refusal("busy", "Too many tails are open.");
    if (stopping.aborted) throw new Refusal("closing");
    const flags = request.headers[FLAGS];
    const headers = typeof flags === "string" ? { [FLAGS]: flags } : {};
    const engine = new WebSocket(base + (request.url ?? ""), { headers });
    sockets.handleUpgrade(request, socket, head, (client) => join(client, engine));
  };
}

function join(client: WebSocket, engine: WebSocket): void {
  client.on("error", () => client.terminate());
  client.on("close", () => engine.terminate());
  engine.on("message", (data, isBinary) => {
    if (client.bufferedAmount > MOST_UNSENT_BYTES) return client.close(failed, "too slow");
    client.send(data, { binary: isBinary });
  });
  engine.on("close", (_code, reason) => client.close(failed, reason));
  engine.on("error", ({ message }) => client.close(failed, `Loki: ${message}`.slice(0, 100)));
}
