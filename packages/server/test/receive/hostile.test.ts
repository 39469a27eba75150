import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

import { backend, sharedBackend } from "../support/backend.ts";
import { createHostile } from "../support/hostile.ts";
import { rawConnection } from "../support/raw.ts";
import { grpcStorm, storm } from "../support/storm.ts";
import { tracesBody } from "../support/requests.ts";

const answers = new Set([200, 400, 403, 404, 405, 409, 413, 415, 429]);

/** The full number, 100,000 and more: npm run bench -- hostile. */
test("thousands of mutated requests leave the server answering, the good ones kept and the database sound", async () => {
  const server = await backend();
  const hostile = createHostile(20261121);
  for (let round = 0; round < 10; round++) {
    const { statuses, broken } = await storm(server.url, 500, hostile);
    expect([...statuses.keys()].filter((status) => !answers.has(status))).toEqual([]);
    expect(broken).toBe(0);
    const calls = await grpcStorm(server.grpc, 50, hostile);
    // OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE
    expect([...calls.statuses.keys()].filter((status) => ![0, 3, 8, 14].includes(status))).toEqual(
      [],
    );
    expect(calls.broken).toBe(0);
    const good = await server.post("/v1/traces", tracesBody({ session: "good", spans: 3 }));
    expect(good.status).toBe(200);
  }
  expect(server.reported).toEqual([]);
  expect(await server.json("/api/v1/sessions/good")).toMatchObject({ spans: 30 });
  expect(await server.metric("throughline_receive_in_flight_bytes")).toBe(0);
  await server.stop();
  for (const file of await readdir(server.directory)) {
    if (!file.endsWith(".db")) continue;
    using database = new DatabaseSync(join(server.directory, file), { readOnly: true });
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  }
}, 120_000);

const shared = sharedBackend();

test.each([
  ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["a header without end", `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"a".repeat(40_000)}`],
  [
    "two lengths",
    "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
  ],
  [
    "a length and chunks",
    "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "a chunk of nonsense",
    "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ],
])("%s is a 400 of its own connection", async (_what, text) => {
  const server = shared();
  const connection = rawConnection(server.url);
  connection.send(Buffer.from(text, "latin1"));
  await connection.closed;
  expect(connection.received()).toMatch(/^HTTP\/1.1 4\d\d /);
  expect((await server.get("/healthz")).status).toBe(200);
});

test("bytes that are no HTTP/2 end their own gRPC connection and nothing else", async () => {
  const server = shared();
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  for (const text of [
    "GET / HTTP/1.1\r\n\r\n",
    `${preface}\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff`,
  ]) {
    const connection = rawConnection(server.grpc);
    connection.send(Buffer.from(text, "latin1"));
    await connection.closed;
  }
  expect((await server.get("/healthz")).status).toBe(200);
});
