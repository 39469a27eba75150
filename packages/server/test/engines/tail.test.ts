import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { openGrafanaHome } from "@throughline/store";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

import { serve, type ServeOptions, type Serving } from "../../src/index.ts";
import { backend, type TestBackend } from "../support/backend.ts";
import { rawConnection } from "../support/raw.ts";

/** Tails of a Loki behind the server, as `up --loki` opens them: the Loki is a server of ours, reached over HTTP. */
const patiently = { timeout: 20_000 };
const selector = '{service_name="tailed"}';
const nobody = "http://127.0.0.1:9";

async function before(
  loki: string,
  options: Pick<ServeOptions, "token" | "limits"> = {},
): Promise<Serving> {
  const home = openGrafanaHome({ loki, forward: loki });
  if (home.writer === undefined) throw new Error("forward was given");
  const { reader, writer } = home;
  const ports = { port: 0, grpcPort: 0, version: "0.0.0-test" };
  const server = await serve({ ...ports, ...options, reader, writer, engines: { loki } });
  onTestFinished(async () => {
    await server.close();
    await home.close();
  });
  return server;
}

function open(
  { url }: Pick<Serving, "url">,
  query = selector,
  headers: Record<string, string> = {},
): WebSocket {
  const address = `${url.replace("http", "ws")}/loki/api/v1/tail?query=${encodeURIComponent(query)}`;
  const socket = new WebSocket(address, { headers });
  onTestFinished(() => socket.terminate());
  return socket;
}

interface Frame {
  readonly encodingFlags?: readonly string[];
  readonly streams: readonly { readonly values: readonly (readonly [string, string])[] }[];
}

function framesOf(socket: WebSocket): Frame[] {
  const frames: Frame[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    expect(isBinary).toBe(false);
    frames.push(JSON.parse(data.toString()) as Frame);
  });
  return frames;
}

function linesIn(frames: readonly Frame[]): string[] {
  return frames.flatMap(({ streams }) =>
    streams.flatMap(({ values }) => values.map(([, line]) => line)),
  );
}

async function push(loki: TestBackend, line: string): Promise<void> {
  const values = [[`${Date.now()}000000`, line]];
  const body = JSON.stringify({ streams: [{ stream: { service_name: "tailed" }, values }] });
  const sent = await loki.post("/loki/api/v1/push", body, { "content-type": "application/json" });
  expect(sent.status).toBe(204);
}

async function closing(socket: WebSocket): Promise<readonly [code: number, reason: string]> {
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  return [code, reason.toString()];
}

test("a tail passes through: the latest lines, those that come in, each once and as they were asked for", async () => {
  const loki = await backend();
  const server = await before(loki.url);
  await push(loki, "before");
  const socket = open(server, selector, {
    "x-loki-response-encoding-flags": "categorize-labels",
  });
  const frames = framesOf(socket);
  await expect.poll(() => linesIn(frames), patiently).toEqual(["before"]);
  for (const line of ["first", "second", "third"]) await push(loki, line);
  await expect
    .poll(() => linesIn(frames), patiently)
    .toEqual(["before", "first", "second", "third"]);
  expect(frames.every(({ encodingFlags }) => encodingFlags?.includes("categorize-labels"))).toBe(
    true,
  );
});

test("the guard stands before it", async () => {
  const loki = await backend();
  const server = await before(loki.url, { token: "secret" });
  const refused: [Record<string, string>, number][] = [
    [{}, 401],
    [{ authorization: "Bearer wrong" }, 401],
    [{ authorization: "Bearer secret", origin: "http://evil.example" }, 403],
  ];
  for (const [headers, status] of refused)
    await expect(once(open(server, selector, headers), "open")).rejects.toThrow(
      `Unexpected server response: ${status}`,
    );
  await once(open(server, selector, { authorization: "Bearer secret" }), "open");
});

test("who can't be served is told why: by Loki in its own words, or that it is not there", async () => {
  const loki = await backend();
  const bad = '{service_name="a"';
  const [there, here] = [
    await refused(open(loki, bad)),
    await refused(open(await before(loki.url), bad)),
  ];
  expect(here).toEqual(there);
  expect(here.status).toBe(400);
  expect(await refused(open(await before(nobody)))).toEqual({
    status: 502,
    said: expect.stringContaining("does not answer"),
  });
});

async function refused(socket: WebSocket): Promise<{ status: number; said: string }> {
  socket.on("error", () => {});
  const [, answer] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  return { status: answer.statusCode ?? 0, said: await text(answer) };
}

test("what is no handshake asks Loki nothing, and the server goes on", async () => {
  const server = await before(nobody);
  const connection = rawConnection(server.url);
  connection.send(
    `GET /loki/api/v1/tail?query=%7B%7D HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\nconnection: upgrade\r\n` +
      "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: none\r\n\r\n",
  );
  await connection.closed;
  expect(connection.received()).toMatch(/^HTTP\/1\.1 400 /);
  expect((await refused(open(server))).status).toBe(502);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test("a client that leaves gives back its place, here and at Loki", async () => {
  const loki = await backend({ limits: { tails: 1 } });
  const server = await before(loki.url, { limits: { liveClients: 1 } });
  for (let n = 0; n < 3; n++) {
    await push(loki, `line ${n}`);
    await expect
      .poll(async () => {
        const socket = open(server);
        const frames = framesOf(socket);
        socket.on("error", () => {});
        const isTold = await Promise.race([
          once(socket, "message").then(() => true),
          once(socket, "close").then(() => false),
        ]);
        socket.close();
        return isTold && linesIn(frames).includes(`line ${n}`);
      }, patiently)
      .toBe(true);
  }
});

test("a server that stops says so, and so does one whose Loki stops", async () => {
  const loki = await backend();
  const [stopping, left] = [await before(loki.url), await before(loki.url)];
  const [one, other] = [open(stopping), open(left)];
  const [frames, others] = [framesOf(one), framesOf(other)];
  await push(loki, "there");
  await expect.poll(() => linesIn(frames), patiently).toEqual(["there"]);
  await expect.poll(() => linesIn(others), patiently).toEqual(["there"]);
  const [first, second] = [closing(one), closing(other)];
  await stopping.close();
  expect(await first).toEqual([1001, "the server is stopping"]);
  await loki.stop();
  expect(await second).toEqual([1011, "the server is stopping"]);
});
