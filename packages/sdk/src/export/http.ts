import * as http from "node:http";
import * as https from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { httpAnswer, type Answer } from "./answer.ts";
import type { Signal } from "./chunk.ts";
import type { DeliverySettings, Door } from "./settings.ts";
import type { Transport } from "./transport.ts";

const compress = promisify(gzip);
/** Below this, gzip saves less than the header it needs. */
const worthCompressing = 1_024;
const largestAnswer = 65_536;
/**
 * A connection attempt keeps the process alive, even with every handle unref'd. An unreachable collector must not hold a
 * program that has ended for as long as a request may take.
 */
const connectMs = 3_000;

/**
 * OTLP over HTTP with the modules of Node, not `fetch`: fetch refuses ports such as 6000 and 6665 to 6669, costs more CPU a
 * request, and is what hosts instrument.
 */
export class HttpTransport implements Transport {
  readonly #settings: DeliverySettings;
  readonly #plain: http.Agent;
  readonly #secure: https.Agent;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    const options = { keepAlive: true, maxSockets: 4 };
    this.#plain = new http.Agent(options);
    this.#secure = new https.Agent({ ...options, ...settings.tls });
  }

  async send(signal: Signal, body: Uint8Array): Promise<Answer> {
    const door = this.#settings[signal];
    try {
      if (door.compression === "gzip" && body.length >= worthCompressing) {
        return await this.#post(door, await compress(body, { level: 1 }), "gzip");
      }
      return await this.#post(door, body, undefined);
    } catch (error) {
      return { kind: "later", afterMs: undefined, message: String(error) };
    }
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  #post(door: Door, body: Uint8Array, encoding: string | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const secure = door.url.startsWith("https:");
      const { request } = secure ? https : http;
      const outgoing = request(
        door.url,
        {
          method: "POST",
          agent: secure ? this.#secure : this.#plain,
          headers: {
            ...door.headers,
            "content-type": "application/x-protobuf",
            "content-length": body.length,
            ...(encoding && { "content-encoding": encoding }),
          },
        },
        (incoming) => {
          readAnswer(incoming).then(resolve, reject);
        },
      );
      const giveUp = (what: string): void => {
        outgoing.destroy(new Error(what));
      };
      const deadline = setTimeout(
        giveUp,
        door.timeoutMs,
        "the collector did not answer in time",
      ).unref();
      outgoing.on("socket", (socket) => {
        // An ended program waits for nothing but its exit hook, which sets the time limit itself.
        socket.unref();
        if (!socket.connecting) return;
        const connecting = setTimeout(giveUp, connectMs, "no connection to the collector").unref();
        socket.once("close", () => clearTimeout(connecting));
        socket.once("connect", () => clearTimeout(connecting));
      });
      outgoing.on("error", reject);
      outgoing.on("close", () => clearTimeout(deadline));
      outgoing.end(body);
    });
  }
}

async function readAnswer(incoming: http.IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    // The status says enough; what a stranger adds to it is not collected.
    if (size <= largestAnswer) parts.push(part);
  }
  return httpAnswer(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(parts));
}
