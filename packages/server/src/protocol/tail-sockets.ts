import type { IncomingMessage } from "node:http";

import { type WebSocket, WebSocketServer } from "ws";

import type { Upgrade } from "../door/upgrades.ts";
import { Refusal } from "../refusal/refusal.ts";

export interface TailLimits {
  readonly stopping: AbortSignal;
  /** Tails at a time. */
  readonly most: number;
  readonly pingMs: number;
}

/** Takes a connection over as a tail, which then begins; throws a Refusal where there is no place for one. */
export type TailSockets = (
  ...upgrade: [...Parameters<Upgrade>, begin: (client: WebSocket) => void]
) => void;

const KEY = /^[+/0-9a-z]{22}==$/i;

/** Whether a request can become a WebSocket at all. */
export function isHandshake({ headers }: Pick<IncomingMessage, "headers">): boolean {
  return (
    KEY.test(headers["sec-websocket-key"] ?? "") &&
    ["8", "13"].includes(headers["sec-websocket-version"] ?? "")
  );
}

/** How long a client may take to say goodbye. */
const farewellMs = 1_000;
export const goingAway = 1001;
export const failed = 1011;

/** WebSockets over which lines are told and nothing is said back. */
export function createTailSockets({ most, pingMs, stopping }: TailLimits): TailSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 1_024,
  });
  stopping.addEventListener("abort", () => {
    for (const client of sockets.clients) client.close(goingAway, "the server is stopping");
    setTimeout(() => {
      for (const client of sockets.clients) client.terminate();
    }, farewellMs).unref();
  });
  return (request, socket, head, begin) => {
    if (sockets.clients.size >= most) throw new Refusal("busy", "Too many tails are open.");
    if (stopping.aborted) throw new Refusal("closing");
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on("error", () => client.terminate());
      watch(client, pingMs);
      begin(client);
    });
  };
}

/** A client that does not answer is gone, whatever the network says. */
function watch(client: WebSocket, pingMs: number): void {
  let answered = true;
  client.on("pong", () => (answered = true));
  const heartbeat = setInterval(() => {
    if (!answered) return client.terminate();
    answered = false;
    client.ping();
  }, pingMs);
  client.on("close", () => clearInterval(heartbeat));
}
