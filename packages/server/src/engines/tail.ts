import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocket } from "ws";

import { answer, type Upgrade } from "../door/upgrades.ts";
import {
  createTailSockets,
  failed,
  isHandshake,
  type TailLimits,
} from "../protocol/tail-sockets.ts";
import { Refusal } from "../refusal/refusal.ts";

export interface TailThroughOptions extends TailLimits {
  readonly loki: string;
}

/** What a client may be behind before it is let go. */
const MOST_UNSENT_BYTES = 16 * 1024 * 1024;
/** Of what Loki says in place of a tail. */
const MOST_SAID_BYTES = 16 * 1024;
/** For Loki to take a tail, or refuse it. */
const ANSWER_MS = 10_000;
const FLAGS = "x-loki-response-encoding-flags";

/**
 * `GET /loki/api/v1/tail` of the Loki behind this server, frame by frame. Loki is asked first: who gets no tail there gets none
 * here, with Loki's own words.
 */
export function createTailThrough({ loki, ...limits }: TailThroughOptions): Upgrade {
  const take = createTailSockets(limits);
  const base = loki.replace(/^http/, "ws").replace(/\/+$/, "");
  let asking = 0;
  return async (request, socket, head) => {
    // No handshake is worth asking Loki for.
    if (!isHandshake(request)) return take(request, socket, head, (client) => client.close(failed));
    if (asking >= limits.most) throw new Refusal("busy", "Too many tails are open.");
    const engine = dial(base, request);
    const hangUp = (): void => engine.terminate();
    // Whoever leaves before Loki has answered.
    socket.once("close", hangUp);
    limits.stopping.addEventListener("abort", hangUp);
    asking++;
    try {
      const said = await opened(engine);
      if (said === undefined) take(request, socket, head, (client) => join(client, engine));
      else await passOn(socket, said);
    } catch (error) {
      hangUp();
      throw error;
    } finally {
      asking--;
      limits.stopping.removeEventListener("abort", hangUp);
    }
  };
}

function dial(base: string, { headers, url = "" }: IncomingMessage): WebSocket {
  const address = new URL(base + url);
  address.hash = "";
  const flags = headers[FLAGS];
  return new WebSocket(address, {
    headers: typeof flags === "string" ? { [FLAGS]: flags } : {},
    handshakeTimeout: ANSWER_MS,
  });
}

/** Undefined once the tail is open; what Loki says instead where it gives none. */
function opened(engine: WebSocket): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    engine.once("open", () => {
      // Nothing is told before somebody listens.
      engine.pause();
      resolve(undefined);
    });
    engine.once("unexpected-response", (_request, said) => resolve(said));
    engine.on("error", ({ message }) => reject(new Refusal("engine_unreachable", message)));
  });
}

async function passOn(socket: Duplex, said: IncomingMessage): Promise<void> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of said) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    length += part.length;
    if (length >= MOST_SAID_BYTES) break;
  }
  const text = Buffer.concat(parts).subarray(0, MOST_SAID_BYTES).toString("utf8");
  answer(socket, said.statusCode ?? 502, text);
}

function join(client: WebSocket, engine: WebSocket): void {
  client.on("close", () => engine.terminate());
  engine.on("message", (data, isBinary) => {
    if (client.bufferedAmount > MOST_UNSENT_BYTES) return client.close(failed, "too slow");
    client.send(data, { binary: isBinary });
  });
  engine.on("close", (_code, reason) => client.close(failed, reason));
  engine.on("error", ({ message }) => client.close(failed, `Loki: ${message}`.slice(0, 100)));
  engine.resume();
}
