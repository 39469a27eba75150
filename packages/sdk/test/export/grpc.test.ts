import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
} from "@grpc/grpc-js";
import { ByteWriter, decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { afterEach, beforeEach, expect, test } from "vitest";

import { emitter, type Emitter, type EmitterOptions } from "./emitter.ts";

type Call = ServerUnaryCall<Buffer, Buffer>;
type Done = sendUnaryData<Buffer>;

let server: Server;
let port: number;
let calls: Call[];
let answer: (call: Call, done: Done) => void;

/** A gRPC server of the common library, not of ours. */
beforeEach(async () => {
  calls = [];
  answer = (_call, done) => done(null, Buffer.alloc(0));
  server = new Server();
  for (const path of [
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  ]) {
    const bytes = (value: Buffer): Buffer => value;
    const handle = (call: Call, done: Done): void => {
      calls.push(call);
      answer(call, done);
    };
    server.register(path, handle, bytes, bytes, "unary");
  }
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
});
afterEach(() => server.forceShutdown());

function host(env: EmitterOptions["env"] = {}): Emitter {
  return emitter({
    endpoint: `http://127.0.0.1:${port}`,
    env: { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", ...env },
  });
}

test.each(["none", "gzip"])("spans and logs arrive, compression %s", async (compression) => {
  await using emitter = host({
    OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x",
  });
  emitter.tracer.startSpan("span").end();
  emitter.logger.emit({ body: "log" });
  await emitter.delivery.flush();
  const [traces, logs] = calls.toSorted((a, b) => b.getPath().localeCompare(a.getPath()));
  expect(decodeTraces(traces!.request).resourceSpans[0]?.scopeSpans[0]?.spans[0]?.name).toBe(
    "span",
  );
  expect(decodeLogs(logs!.request).resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body).toEqual({
    stringValue: "log",
  });
  expect(traces!.metadata.get("authorization")).toEqual(["Bearer x"]);
});

test.each([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
])("status %i is tried again", async (code) => {
  answer = (_call, done) =>
    calls.length === 1 ? done({ code, details: "away" }) : done(null, Buffer.alloc(0));
  await using emitter = host();
  emitter.tracer.startSpan("span").end();
  await emitter.delivery.flush();
  expect(emitter.delivery.health()).toMatchObject({ retries: 1, sent: { traces: 1 } });
});

test.each([
  status.INVALID_ARGUMENT,
  status.PERMISSION_DENIED,
  status.INTERNAL,
  status.RESOURCE_EXHAUSTED,
])("status %i is not", async (code) => {
  answer = (_call, done) => done({ code, details: "never" });
  await using emitter = host();
  emitter.tracer.startSpan("span").end();
  await emitter.delivery.flush();
  expect(calls).toHaveLength(1);
  expect(emitter.delivery.health().dropped.refused.traces).toBe(1);
});

test("RESOURCE_EXHAUSTED that says when to come back is tried again then", async () => {
  const at: number[] = [];
  answer = (_call, done) => {
    at.push(performance.now());
    if (at.length > 1) return done(null, Buffer.alloc(0));
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from(retryInfo(300)));
    return done({ code: status.RESOURCE_EXHAUSTED, details: "full", metadata });
  };
  await using emitter = host();
  emitter.tracer.startSpan("span").end();
  await emitter.delivery.flush();
  expect(emitter.delivery.health().sent.traces).toBe(1);
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(299);
});

test("a connection that breaks is opened anew", async () => {
  await using emitter = host();
  emitter.tracer.startSpan("one").end();
  await emitter.delivery.flush();
  server.drain(`127.0.0.1:${port}`, 0);
  emitter.tracer.startSpan("two").end();
  await emitter.delivery.flush();
  expect(emitter.delivery.health()).toMatchObject({ sent: { traces: 2 } });
});

/** google.rpc.Status { code = 1, details = 3: Any { type_url = 1, value = 2: RetryInfo { retry_delay = 1: Duration } } } */
function retryInfo(ms: number): Uint8Array {
  const duration = new ByteWriter();
  duration.byte(0x10);
  duration.varint(ms * 1e6);
  const info = field(0x0a, duration.take());
  const any = new ByteWriter();
  any.byte(0x0a);
  any.text("type.googleapis.com/google.rpc.RetryInfo");
  any.raw(field(0x12, info));
  const statusMessage = new ByteWriter();
  statusMessage.byte(0x08);
  statusMessage.varint(8);
  statusMessage.raw(field(0x1a, any.take()));
  return statusMessage.take();
}

function field(tag: number, message: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(tag);
  writer.varint(message.length);
  writer.raw(message);
  return writer.take();
}
