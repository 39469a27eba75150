import { writeSessionSegment } from "@throughline/core/session";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { expect, test } from "vitest";

import { backend, sharedBackend } from "../support/backend.ts";
import { statusOf } from "../support/google-rpc.ts";
import { logsBody, tracesBody } from "../support/requests.ts";

const json = { "content-type": "application/json" };
const shared = sharedBackend();

test("full success is an empty answer in the request's own encoding, and the records can be read at once", async () => {
  const server = shared();
  const protobuf = await server.post("/v1/traces", tracesBody({ session: "s-1", spans: 3 }));
  expect(protobuf.status).toBe(200);
  expect(protobuf.headers.get("content-type")).toBe("application/x-protobuf");
  expect((await protobuf.arrayBuffer()).byteLength).toBe(0);

  const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795276707660000000","body":{"stringValue":"hi"},"attributes":[{"key":"session.id","value":{"stringValue":"s-1"}}]}]}]}]}`;
  const asJson = await server.post("/v1/logs", text, json);
  expect(asJson.status).toBe(200);
  expect(asJson.headers.get("content-type")).toBe("application/json");
  expect(await asJson.text()).toBe("{}");

  expect(await server.json("/api/v1/sessions/s-1")).toMatchObject({ id: "s-1", spans: 3, logs: 1 });
});

test("an empty request is a full success", async () => {
  const server = shared();
  expect((await server.post("/v1/traces", new Uint8Array(0))).status).toBe(200);
  expect((await server.post("/v1/metrics", "{}", json)).status).toBe(200);
});

test("a span without a valid trace id is rejected by name and number, its neighbours are kept", async () => {
  const server = shared();
  const good = tracesBody({ session: "s-2", spans: 2 });
  const bad = tracesBody({ session: "s-2", traceId: "00000000000000000000000000000000" });
  const response = await server.post("/v1/traces", Buffer.concat([good, bad]));
  expect(response.status).toBe(200);
  const answer = ProtobufTraceSerializer.deserializeResponse(
    new Uint8Array(await response.arrayBuffer()),
  );
  expect(Number(answer.partialSuccess?.rejectedSpans)).toBe(1);
  expect(answer.partialSuccess?.errorMessage).toMatch(/trace id/);
  expect(await server.json("/api/v1/sessions/s-2")).toMatchObject({ spans: 2 });
});

test("a partial success in JSON counts in a string, as OTLP writes 64-bit numbers", async () => {
  const server = shared();
  const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"","spanId":"","name":"lost"}]}]}]}`;
  const response = await server.post("/v1/traces", body, json);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    partialSuccess: { rejectedSpans: "1", errorMessage: expect.stringMatching(/trace id/) },
  });
});

test("the same request twice is kept once and answered alike", async () => {
  const server = await backend();
  const body = tracesBody({ session: "s-3", spans: 5 });
  for (const round of [1, 2, 3]) {
    expect((await server.post("/v1/traces", body)).status, `round ${round}`).toBe(200);
  }
  expect(await server.json("/api/v1/sessions/s-3")).toMatchObject({ spans: 5 });
  const metrics = await (await server.get("/metrics")).text();
  expect(metrics).toContain('throughline_duplicate_requests_total{signal="traces"} 2');
  expect(metrics).toContain('throughline_records_accepted_total{signal="traces"} 5');
});

test("what is no OTLP is a 400 with a Status that says what is wrong, in the request's encoding", async () => {
  const server = shared();
  const protobuf = await server.post("/v1/traces", Uint8Array.of(0x0a, 0x7f, 1, 2, 3));
  expect(protobuf.status).toBe(400);
  expect(protobuf.headers.get("content-type")).toBe("application/x-protobuf");
  expect(await statusOf(protobuf)).toMatchObject({
    code: 3,
    message: expect.stringMatching(/runs past the end/),
  });

  const asJson = await server.post("/v1/logs", `{"resourceLogs": [{]}`, json);
  expect(asJson.status).toBe(400);
  expect(await asJson.json()).toMatchObject({ code: 3, message: expect.stringMatching(/JSON/) });
});

test("a Content-Type or Content-Encoding nobody reads is a 415 that says what is read", async () => {
  const server = shared();
  const type = await server.post("/v1/traces", "x", { "content-type": "text/csv" });
  expect(type.status).toBe(415);
  expect(type.headers.get("accept")).toContain("application/x-protobuf");
  const encoding = await server.post("/v1/traces", "x", { "content-encoding": "br" });
  expect(encoding.status).toBe(415);
  expect(encoding.headers.get("accept-encoding")).toBe("gzip, zstd");
});

test("another method is a 405 with Allow, another address a 404, both as a Status", async () => {
  const server = shared();
  const method = await server.get("/v1/traces", json);
  expect(method.status).toBe(405);
  expect(method.headers.get("allow")).toBe("POST");
  const address = await server.post("/v1/trace", "{}", json);
  expect(address.status).toBe(404);
  expect(await address.json()).toMatchObject({
    code: 12,
    message: expect.stringMatching(/v1.traces/),
  });
});

test("a session's own door joins what carries no id, and takes the ids minted inside as aliases", async () => {
  const server = shared();
  await server.post("/run/mine%2F1/v1/traces", tracesBody({ spans: 2 }));
  await server.post("/run/mine%2F1/v1/logs", logsBody({ session: "their-own" }));
  const session = await server.json("/api/v1/sessions/mine%2F1");
  expect(session).toMatchObject({ id: "mine/1", aliases: ["their-own"], spans: 2, logs: 1 });
  expect(await server.json("/api/v1/sessions/their-own")).toMatchObject({ id: "mine/1" });
});

test.each([".", ".."])(
  "a session may be called %s, which no client leaves in a path",
  async (id) => {
    const server = shared();
    const segment = writeSessionSegment(id);
    await server.post(`/run/${segment}/v1/traces`, tracesBody());
    expect(await server.json(`/api/v1/sessions/${segment}`)).toMatchObject({ id });
  },
);

test.each(["%00", "%ff", "%", "x".repeat(201)])(
  "the door of an invalid session id (%s) is a 400",
  async (id) => {
    const server = shared();
    const response = await server.post(`/run/${id}/v1/traces`, tracesBody());
    expect(response.status).toBe(400);
    expect((await statusOf(response)).message).toMatch(/session id/);
  },
);
