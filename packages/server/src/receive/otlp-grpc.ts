import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Signal } from "@throughline/store";

import type { Guard } from "../door/guard.ts";
import { asRefusal } from "../refusal/internal.ts";
import { Refusal } from "../refusal/refusal.ts";
import { exportResponse } from "./answer.ts";
import { compressionOf, inflate, SenderGone, upload } from "./body.ts";
import { frame, prefixBytes, refusalTrailers, unframe } from "./grpc-message.ts";
import { readDoor, type Receiver } from "./receiver.ts";

/**
 * OTLP over gRPC, straight on HTTP/2.
 *
 * Three unary methods need five bytes of framing and two trailers; a gRPC library would bring its own buffering instead,
 * which takes a whole message of every concurrent call before anybody can say "busy". Here both protocols share one
 * bounded intake.
 */
const methods: Readonly<Record<string, Signal>> = {
  "/opentelemetry.proto.collector.trace.v1.TraceService/Export": "traces",
  "/opentelemetry.proto.collector.logs.v1.LogsService/Export": "logs",
  "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": "metrics",
};

/** Metadata that says which session's own door a call comes through (`throughline run` sets it for its command). */
const doorMetadata = "throughline-session";

const MiB = 1024 * 1024;
const idleSessionMs = 300_000;

export interface GrpcOptions {
  readonly receiver: Receiver;
  readonly guard: Guard;
  readonly report: (line: string) => void;
}

export interface Grpc {
  readonly server: Http2Server;
  /** Tells every client to go (GOAWAY) and lets running calls finish. */
  goAway(): void;
  destroy(): void;
}

export function createGrpc(options: GrpcOptions): Grpc {
  const { limits } = options.receiver;
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    settings: { maxConcurrentStreams: 100, initialWindowSize: MiB },
  });
  server.maxConnections = limits.connections;
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => {});
    session.setLocalWindowSize(8 * MiB);
    // Who has asked for nothing yet is not trusted with a place for long.
    session.setTimeout(limits.requestMs);
    session.once("stream", () => session.setTimeout(idleSessionMs));
    session.on("timeout", () => session.close());
  });
  server.on("sessionError", () => {});
  server.on("stream", (stream, headers) => void call(options, stream, headers));
  return {
    server,
    goAway: () => {
      for (const session of sessions) session.close();
    },
    destroy: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

async function call(
  options: GrpcOptions,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const { limits, measures } = options.receiver;
  stream.on("error", () => {});
  const tooSlow = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), limits.requestMs);
  stream.once("end", () => clearTimeout(tooSlow)).once("close", () => clearTimeout(tooSlow));
  try {
    if (!(headers["content-type"] ?? "").startsWith("application/grpc")) {
      stream.respond({ ":status": 415 }, { endStream: true });
      return stream.close();
    }
    await answer(options, stream, headers);
  } catch (error) {
    if (error instanceof SenderGone || stream.destroyed) return;
    const refusal = asRefusal(error, options.report);
    measures.refused("grpc", refusal.code);
    stream.respond(
      {
        ":status": 200,
        "content-type": "application/grpc",
        "grpc-accept-encoding": "identity,gzip,zstd",
        ...refusalTrailers(refusal),
      },
      { endStream: true },
    );
    // The status is said; what is still being uploaded is not wanted.
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

async function answer(
  { receiver, guard }: GrpcOptions,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const { intake, limits, measures } = receiver;
  const path = headers[":path"] ?? "";
  const signal = Object.hasOwn(methods, path) ? methods[path] : undefined;
  guard.token(headers);
  if (signal === undefined) throw new Refusal("no_door");
  const door = headers[doorMetadata];
  const session = typeof door === "string" ? readDoor(door) : undefined;
  const compression = compressionOf(single(headers["grpc-encoding"]));
  if (receiver.closing()) throw new Refusal("closing");
  const hold = intake.hold();
  try {
    const message = unframe(await upload(stream, limits.body + prefixBytes, hold));
    const body =
      message.compressed && compression !== "none"
        ? await inflate(message.bytes, compression, limits.inflated, hold)
        : message.bytes;
    measures.received(signal, "grpc", body.length);
    const receipt = await receiver.deliver(signal, "protobuf", body, session);
    if (stream.destroyed) return;
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: true },
    );
    stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(frame(exportResponse(signal, receipt, "protobuf")));
  } finally {
    hold.release();
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
