import * as http from "node:http";
import { urlToHttpOptions } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { brokenAnswer, httpAnswer, type Answer } from "./answer.ts";
import type { Signal } from "./chunk.ts";
import { Connections } from "./connections.ts";
import type { DeliverySettings, Door, Tls } from "./settings.ts";
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
  readonly #lines: { readonly [signal in Signal]: Line };

  constructor(settings: DeliverySettings) {
    this.#lines = {
      traces: lineOf(settings.traces, settings.tls),
      logs: lineOf(settings.logs, settings.tls),
    };
  }

  async send(signal: Signal, body: Uint8Array): Promise<Answer> {
    const line = this.#lines[signal];
    const compressed = line.door.compression === "gzip" && body.length >= worthCompressing;
    try {
      return await post(line, compressed ? await compress(body, { level: 1 }) : body, compressed);
    } catch (error) {
      return brokenAnswer(error);
    }
  }

  close(): void {
    this.#lines.traces.close();
    this.#lines.logs.close();
  }
}

/** What all requests of a signal share, worked out once. */
interface Line {
  readonly door: Door;
  readonly request: typeof http.request;
  readonly options: http.RequestOptions;
  /** Takes back the connection of a request that was answered. */
  readonly keep: (outgoing: http.ClientRequest, incoming: http.IncomingMessage) => void;
  readonly close: () => void;
}

function lineOf(door: Door, tls: Tls): Line {
  const url = new URL(door.url);
  const { hostname, port, path, auth } = urlToHttpOptions(url);
  const target = { hostname, port, path, auth, method: "POST" };
  if (url.protocol === "https:") return secureLine(door, target, tls);
  const connections = new Connections(hostname ?? "localhost", Number(port ?? 80));
  return {
    door,
    request: http.request,
    options: { ...target, defaultPort: 80, createConnection: () => connections.take() },
    keep({ socket }, { headers }) {
      if (socket !== null) connections.keep(socket, headers["keep-alive"]?.toString());
    },
    close: () => connections.close(),
  };
}

/** TLS is loaded by who needs it: most agents talk to a collector beside them, and it is a third of all there is to load. */
function secureLine(door: Door, target: http.RequestOptions, tls: Tls): Line {
  const { request, Agent } = process.getBuiltinModule("node:https");
  const agent = new Agent({ keepAlive: true, maxSockets: 2, ...tls });
  const options = { ...target, protocol: "https:", agent };
  return { door, request, options, keep: () => {}, close: () => agent.destroy() };
}

function post(
  { door, request, options, keep }: Line,
  body: Uint8Array,
  gzipped: boolean,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...door.headers,
      "content-type": "application/x-protobuf",
      "content-length": body.length,
      connection: "keep-alive",
      ...(gzipped && { "content-encoding": "gzip" }),
    };
    const outgoing = request({ ...options, headers }, (incoming) => {
      incoming.on("error", reject);
      readAnswer(incoming, resolve);
      outgoing.on("close", () => keep(outgoing, incoming));
    });
    const giveUp = (what: string): void => {
      outgoing.destroy(new Error(what));
    };
    const deadline = setTimeout(giveUp, door.timeoutMs, "the collector did not answer in time");
    deadline.unref();
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

function readAnswer(incoming: http.IncomingMessage, done: (answer: Answer) => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  incoming.on("data", (part: Buffer) => {
    size += part.length;
    // The status says enough; what a stranger adds to it is not collected.
    if (size <= largestAnswer) parts.push(part);
  });
  incoming.on("end", () => {
    done(httpAnswer(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(parts)));
  });
}
