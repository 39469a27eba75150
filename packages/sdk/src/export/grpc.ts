import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { brokenAnswer, grpcAnswer, httpAnswer, type Answer } from "./answer.ts";
import type { Signal } from "./chunk.ts";
import type { DeliverySettings, Door } from "./settings.ts";
import type { Transport } from "./transport.ts";

const compress = promisify(gzip);
const largestAnswer = 65_536;
const paths = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
} as const;

/**
 * OTLP over gRPC: one unary call is one HTTP/2 request with five bytes in front of the message and a status in the trailers.
 * Spoken here rather than through an official exporter, so that a host that asks for gRPC keeps the same queue, retry
 * rules and journal, and installs nothing.
 */
export class GrpcTransport implements Transport {
  readonly #settings: DeliverySettings;
  readonly #sessions = new Map<string, ClientHttp2Session>();

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
  }

  async send(signal: Signal, body: Uint8Array): Promise<Answer> {
    const door = this.#settings[signal];
    try {
      return await this.#call(door, paths[signal], await framed(body, door.compression));
    } catch (error) {
      return brokenAnswer(error);
    }
  }

  close(): void {
    for (const session of this.#sessions.values()) session.destroy();
    this.#sessions.clear();
  }

  #session(door: Door): ClientHttp2Session {
    const { origin } = new URL(door.url);
    const known = this.#sessions.get(origin);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    // Loaded by hosts that speak gRPC only: it costs as much as the rest of this package.
    const { connect } = process.getBuiltinModule("node:http2");
    const session = connect(origin, { ...this.#settings.tls });
    // A broken connection is told to the calls on it; without a listener it would end the host's process.
    session.on("error", () => session.destroy());
    session.unref();
    this.#sessions.set(origin, session);
    return session;
  }

  #call(door: Door, path: string, message: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stream = this.#session(door).request({
        ...door.headers,
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
        "grpc-timeout": `${Math.min(door.timeoutMs, 99_999_999)}m`,
        ...(door.compression === "gzip" && { "grpc-encoding": "gzip" }),
      });
      const deadline = setTimeout(
        () => stream.destroy(new Error("the collector did not answer in time")),
        door.timeoutMs,
      ).unref();
      let headers: IncomingHttpHeaders = {};
      const parts: Buffer[] = [];
      let size = 0;
      stream.on("response", (first) => (headers = first));
      // Overrides what came first: a call that fails at once has its status among the headers.
      stream.on("trailers", (last) => (headers = { ...headers, ...last }));
      stream.on("data", (part: Buffer) => {
        size += part.length;
        if (size <= largestAnswer) parts.push(part);
      });
      stream.on("error", reject);
      stream.on("close", () => {
        clearTimeout(deadline);
        resolve(readAnswer(headers, Buffer.concat(parts)));
      });
      stream.end(message);
    });
  }
}

async function framed(body: Uint8Array, compression: Door["compression"]): Promise<Uint8Array> {
  const message = compression === "gzip" ? await compress(body, { level: 1 }) : body;
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = compression === "gzip" ? 1 : 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

function readAnswer(headers: IncomingHttpHeaders, body: Buffer): Answer {
  const status = headers["grpc-status"];
  // No gRPC status: something in between answered in HTTP, or the connection broke.
  if (typeof status !== "string") {
    const code = Number(headers[":status"] ?? 503);
    return code === 200
      ? { kind: "later", afterMs: undefined, message: "the connection broke before the status" }
      : httpAnswer(code, headers, new Uint8Array());
  }
  const details = headers["grpc-status-details-bin"];
  return grpcAnswer(
    Number(status),
    Buffer.from(typeof details === "string" ? details : "", "base64"),
    body.subarray(5),
  );
}
