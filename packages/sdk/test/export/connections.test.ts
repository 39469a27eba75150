import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { emitter, type Emitter } from "./emitter.ts";

let server: Server;
let connections: Socket[];
let host: Emitter;
/** By which a collector says for how long it keeps a connection. */
let keepAlive: string | undefined;

beforeEach(async () => {
  connections = [];
  keepAlive = undefined;
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      if (keepAlive !== undefined) response.setHeader("keep-alive", keepAlive);
      response.end();
    });
  });
  server.on("connection", (socket: Socket) => connections.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = emitter({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

async function send(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    host.tracer.startSpan("span").end();
    await host.delivery.flush();
  }
}

test("one connection serves all requests that follow each other", async () => {
  await send(50);
  expect(connections).toHaveLength(1);
  expect(host.delivery.health()).toMatchObject({ sent: { traces: 50 }, retries: 0 });
});

test("one that the collector has closed meanwhile is not used again", async () => {
  await send(2);
  const [first] = connections;
  server.closeIdleConnections();
  await once(first!, "close");
  await send(2);
  expect(connections).toHaveLength(2);
  expect(host.delivery.health()).toMatchObject({ sent: { traces: 4 } });
});

test("one that the collector is about to close is not used either", async () => {
  keepAlive = "timeout=1";
  await send(3);
  expect(connections).toHaveLength(3);
  expect(host.delivery.health()).toMatchObject({ sent: { traces: 3 }, retries: 0 });
});
