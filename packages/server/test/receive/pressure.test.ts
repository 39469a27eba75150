import { expect, test } from "vitest";

import { backend, heldBytes, type TestBackend } from "../support/backend.ts";
import { statusOf } from "../support/google-rpc.ts";
import { rawConnection, type RawConnection } from "../support/raw.ts";
import { tracesBody } from "../support/requests.ts";

test("more than all requests together may hold is a 429 with Retry-After, and passes when room is free again", async () => {
  const server = await backend({ limits: { inFlight: 100_000 } });
  const slow = upload(server, 200_000);
  slow.send(Buffer.alloc(80_000));
  await expect.poll(() => server.metric(heldBytes)).toBe(80_000);

  const body = tracesBody({ session: "patient", spans: 300 });
  expect(body.length).toBeGreaterThan(20_000);
  const refused = await server.post("/v1/traces", body);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await statusOf(refused)).toMatchObject({ code: 14, retrySeconds: 1 });
  expect(
    await server.metric('throughline_refused_requests_total{transport="http",code="busy"}'),
  ).toBe(1);

  slow.socket.destroy();
  await expect.poll(() => server.metric(heldBytes)).toBe(0);
  expect((await server.post("/v1/traces", body)).status).toBe(200);
  expect(await server.json("/api/v1/sessions/patient")).toMatchObject({ spans: 300 });
});

test("a large Content-Length alone reserves nothing", async () => {
  const server = await backend({ limits: { inFlight: 100_000 } });
  const claims = Array.from({ length: 20 }, () => upload(server, 90_000));
  for (const claim of claims) claim.send("x");
  await expect.poll(() => server.metric(heldBytes)).toBe(20);
  expect((await server.post("/v1/traces", tracesBody())).status).toBe(200);
});

test("uploads that are broken off release what they held, at any point", async () => {
  const server = await backend();
  const body = tracesBody({ spans: 1_000 });
  for (const cut of [0, 1, 1_000, body.length - 1]) {
    const connection = upload(server, body.length);
    connection.send(body.subarray(0, cut));
    if (cut > 0) await expect.poll(() => server.metric(heldBytes)).toBe(cut);
    connection.socket.destroy();
    await expect.poll(() => server.metric(heldBytes)).toBe(0);
  }
  expect(await server.metric("throughline_receive_in_flight_requests")).toBe(0);
  expect(server.reported).toEqual([]);
});

test("a sender that trickles is let go when its time is up, and others never notice", async () => {
  const server = await backend({ limits: { requestMs: 300 } });
  const slow = Array.from({ length: 30 }, (_, n) => {
    const connection = n % 2 === 0 ? upload(server, 10_000) : rawConnection(server.url);
    if (n % 2 === 1) connection.send("POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nX-");
    const trickle = setInterval(() => connection.send("a"), 20);
    connection.socket.once("close", () => clearInterval(trickle));
    return connection;
  });
  expect((await server.post("/v1/traces", tracesBody())).status).toBe(200);
  await Promise.all(slow.map((connection) => connection.closed));
  for (const connection of slow) expect(connection.received()).toMatch(/^HTTP\/1.1 408 /);
  await expect.poll(() => server.metric(heldBytes)).toBe(0);
});

test("a connection that never asks for anything is let go, at both ports", async () => {
  const server = await backend({ limits: { requestMs: 100 } });
  await Promise.all([rawConnection(server.url).closed, rawConnection(server.grpc).closed]);
});

test("too large is a 413 before and while the body comes in, and the connection goes on", async () => {
  const server = await backend({ limits: { body: 50_000 } });
  const announced = await server.post("/v1/traces", tracesBody({ spans: 5_000 }));
  expect(announced.status).toBe(413);
  expect(await statusOf(announced)).toMatchObject({ code: 8, retrySeconds: undefined });

  const chunked = rawConnection(server.url);
  chunked.send(
    "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  for (let n = 0; n < 10; n++) chunked.send(`2710\r\n${" ".repeat(10_000)}\r\n`);
  await expect.poll(() => chunked.received()).toMatch(/^HTTP\/1.1 413 /);
  chunked.send("0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await expect.poll(() => chunked.received()).toMatch(/HTTP\/1.1 200 OK/);
});

test("who goes on uploading long after the refusal is cut off", async () => {
  const server = await backend({ limits: { body: 1_000, inflated: 100_000 } });
  const connection = upload(server, 10_000_000);
  connection.send(Buffer.alloc(10_000_000));
  await connection.closed;
  expect(connection.received()).toMatch(/^HTTP\/1.1 413 /);
});

function upload(server: TestBackend, length: number): RawConnection {
  const connection = rawConnection(server.url);
  connection.send(
    `POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${length}\r\n\r\n`,
  );
  return connection;
}
