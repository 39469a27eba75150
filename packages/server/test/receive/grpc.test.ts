import { connect, constants, type ClientHttp2Session } from "node:http2";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { expect, onTestFinished, test } from "vitest";

import { backend, heldBytes, sharedBackend, type TestBackend } from "../support/backend.ts";
import { readStatus } from "../support/google-rpc.ts";
import { tracesBody } from "../support/requests.ts";

const exportTraces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly message: Uint8Array | undefined;
}

const shared = sharedBackend();

test("a unary call is answered with one message and status 0", async () => {
  const server = shared();
  const answer = await call(client(server), framed(tracesBody({ session: "g-1", spans: 2 })));
  expect(answer.headers).toMatchObject({ ":status": 200, "content-type": "application/grpc" });
  expect(answer.message).toEqual(new Uint8Array(0));
  expect(answer.trailers["grpc-status"]).toBe("0");
  expect(await server.json("/api/v1/sessions/g-1")).toMatchObject({ spans: 2 });
});

test("partial success stands in the message, the status stays 0", async () => {
  const server = shared();
  const noId = tracesBody({ traceId: "00000000000000000000000000000000" });
  const { trailers, message } = await call(client(server), framed(noId));
  expect(trailers["grpc-status"]).toBe("0");
  const answer = ProtobufTraceSerializer.deserializeResponse(message ?? new Uint8Array(0));
  expect(Number(answer.partialSuccess?.rejectedSpans)).toBe(1);
});

test.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
] as const)("messages compressed with %s are read", async (encoding, compress) => {
  const server = shared();
  const message = framed(compress(tracesBody({ session: encoding, spans: 500 })), 1);
  const { trailers } = await call(client(server), message, { "grpc-encoding": encoding });
  expect(trailers["grpc-status"]).toBe("0");
  expect(await server.json(`/api/v1/sessions/${encoding}`)).toMatchObject({ spans: 500 });
});

test("the metadata throughline-session is the session's own door", async () => {
  const server = shared();
  const http2 = client(server);
  await call(http2, framed(tracesBody({ spans: 1 })), { "throughline-session": "by%20grpc" });
  expect(await server.json("/api/v1/sessions/by%20grpc")).toMatchObject({ spans: 1 });
  const { headers } = await call(http2, framed(tracesBody()), { "throughline-session": "%00" });
  expect(headers["grpc-status"]).toBe("3");
});

test.each([
  ["a message cut short", framed(tracesBody()).subarray(0, 20), "3"],
  ["two messages", Buffer.concat([framed(tracesBody()), framed(tracesBody())]), "3"],
  ["no message", new Uint8Array(0), "3"],
  ["an unknown flag", Uint8Array.of(7, 0, 0, 0, 0), "3"],
  ["bytes that are no protobuf", framed(Uint8Array.of(0x0a, 0x7f, 1)), "3"],
])("%s is INVALID_ARGUMENT", async (_what, body, status) => {
  const server = shared();
  const { headers } = await call(client(server), body);
  expect(headers["grpc-status"]).toBe(status);
  const details = Buffer.from(String(headers["grpc-status-details-bin"]), "base64");
  expect(readStatus(details)).toMatchObject({ code: 3, retrySeconds: undefined });
});

test("unknown methods and compressions are UNIMPLEMENTED, what is no gRPC is HTTP 415", async () => {
  const server = shared();
  const http2 = client(server);
  const method = await call(http2, framed(tracesBody()), { ":path": "/nobody/Export" });
  expect(method.headers["grpc-status"]).toBe("12");
  const encoding = await call(http2, framed(tracesBody(), 1), { "grpc-encoding": "snappy" });
  expect(encoding.headers).toMatchObject({
    "grpc-status": "12",
    "grpc-accept-encoding": "identity,gzip,zstd",
  });
  const page = await call(http2, new Uint8Array(0), { "content-type": "text/html" });
  expect(page.headers[":status"]).toBe(415);
});

test("too large is RESOURCE_EXHAUSTED without RetryInfo: trying again would fail again", async () => {
  const server = await backend({ limits: { body: 50_000 } });
  const http2 = client(server);
  const { headers } = await call(http2, framed(tracesBody({ spans: 5_000 })));
  expect(headers["grpc-status"]).toBe("8");
  const details = Buffer.from(String(headers["grpc-status-details-bin"]), "base64");
  expect(readStatus(details)).toMatchObject({ code: 8, retrySeconds: undefined });
  // The connection is still good for the next call.
  expect((await call(http2, framed(tracesBody()))).trailers["grpc-status"]).toBe("0");
});

test("under pressure it is UNAVAILABLE with RetryInfo, as OTLP asks for what may be tried again", async () => {
  const server = await backend({ limits: { inFlight: 60_000 } });
  const http2 = client(server);
  const slow = http2.request(headersFor({}));
  slow.on("error", () => {});
  slow.write(Buffer.alloc(50_000));
  await expect.poll(() => server.metric(heldBytes)).toBe(50_000);
  const body = framed(tracesBody({ session: "patient", spans: 200 }));
  const { headers } = await call(http2, body);
  expect(headers["grpc-status"]).toBe("14");
  const details = Buffer.from(String(headers["grpc-status-details-bin"]), "base64");
  expect(readStatus(details)).toMatchObject({ code: 14, retrySeconds: 1 });
  slow.close(constants.NGHTTP2_CANCEL);
  await expect.poll(() => server.metric(heldBytes)).toBe(0);
  expect((await call(http2, body)).trailers["grpc-status"]).toBe("0");
});

test("with a token, calls without it are UNAUTHENTICATED", async () => {
  const server = await backend({ token: "sesame" });
  const http2 = client(server);
  const without = await call(http2, framed(tracesBody()));
  expect(without.headers["grpc-status"]).toBe("16");
  const wrong = await call(http2, framed(tracesBody()), { authorization: "Bearer sesam" });
  expect(wrong.headers["grpc-status"]).toBe("16");
  const right = await call(http2, framed(tracesBody()), { authorization: "Bearer sesame" });
  expect(right.trailers["grpc-status"]).toBe("0");
});

test("a caller that takes its call back leaves nothing held", async () => {
  const server = shared();
  const http2 = client(server);
  const stream = http2.request(headersFor({}));
  stream.on("error", () => {});
  stream.write(framed(tracesBody({ spans: 3_000 })).subarray(0, 50_000));
  await expect.poll(() => server.metric(heldBytes)).toBe(50_000);
  stream.close(constants.NGHTTP2_CANCEL);
  await expect.poll(() => server.metric(heldBytes)).toBe(0);
});

function client(server: TestBackend): ClientHttp2Session {
  const session = connect(server.grpc);
  onTestFinished(() => session.destroy());
  return session;
}

function headersFor(extra: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ":method": "POST",
    ":path": exportTraces,
    "content-type": "application/grpc",
    te: "trailers",
    ...extra,
  };
}

function call(
  session: ClientHttp2Session,
  body: Uint8Array,
  extra: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headersFor(extra));
    const chunks: Buffer[] = [];
    let headers: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    stream.on("response", (given) => (headers = given));
    stream.on("trailers", (given) => (trailers = given));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => {
      const whole = Buffer.concat(chunks);
      const message = whole.length < 5 ? undefined : new Uint8Array(whole.subarray(5));
      resolve({ headers, trailers, message });
    });
    stream.end(body);
  });
}

function framed(message: Uint8Array, flag = 0): Uint8Array {
  const whole = Buffer.alloc(5 + message.length);
  whole[0] = flag;
  whole.writeUInt32BE(message.length, 1);
  whole.set(message, 5);
  return whole;
}
