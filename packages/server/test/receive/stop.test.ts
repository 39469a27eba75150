import { expect, test } from "vitest";

import { backend, heldBytes } from "../support/backend.ts";
import { rawConnection } from "../support/raw.ts";
import { tracesBody } from "../support/requests.ts";

const head = (length: number) =>
  `POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${length}\r\n\r\n`;

test("what is being uploaded when the stop comes is still kept and acknowledged; what comes after it is a 503", async () => {
  const server = await backend();
  const body = tracesBody({ session: "last", spans: 10 });
  const early = rawConnection(server.url);
  early.send(head(body.length));
  early.send(body.subarray(0, 100));
  await expect.poll(() => server.metric(heldBytes)).toBe(100);
  const late = rawConnection(server.url);
  late.send(head(body.length).slice(0, 30));
  await expect.poll(() => late.socket.bytesWritten).toBe(30);
  expect((await server.get("/readyz")).status).toBe(200);

  const closed = server.close();
  late.send(head(body.length).slice(30));
  late.send(body);
  early.send(body.subarray(100));
  await Promise.all([early.closed, late.closed, closed]);
  expect(early.received()).toMatch(/^HTTP\/1.1 200 /);
  expect(late.received()).toMatch(/^(HTTP\/1.1 503 [\s\S]*retry-after: 5|$)/i);
  await expect(fetch(server.url)).rejects.toThrow();
});
