import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

import { sendTurn } from "../support/agent.ts";
import { backend, sharedBackend, type TestBackend } from "../support/backend.ts";
import { logsBody } from "../support/requests.ts";

const shared = sharedBackend();
const patiently = { timeout: 20_000 };

interface Message {
  readonly streams: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [string, string])[];
  }[];
}

interface Tail {
  readonly socket: WebSocket;
  readonly lines: string[];
}

async function tail(
  { url }: Pick<TestBackend, "url">,
  query: string,
  more = "",
  headers: Record<string, string> = {},
): Promise<Tail> {
  const address = `${url.replace("http", "ws")}/loki/api/v1/tail?query=${encodeURIComponent(query)}${more}`;
  const socket = new WebSocket(address, { headers });
  onTestFinished(() => socket.terminate());
  const lines: string[] = [];
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    for (const { values } of message.streams) for (const [, line] of values) lines.push(line);
  });
  await once(socket, "open");
  return { socket, lines };
}

async function push(server: TestBackend, line: string, service = "pushed"): Promise<void> {
  const values = [[String(BigInt(Date.now()) * 1_000_000n), line]];
  const body = JSON.stringify({ streams: [{ stream: { service_name: service }, values }] });
  await server.post("/loki/api/v1/push", body, { "content-type": "application/json" });
}

test("a tail begins with the latest lines and goes on with those that come in, each once", async () => {
  const server = shared();
  await push(server, "before 1");
  await push(server, "before 2");
  const { lines } = await tail(server, '{service_name="pushed"} |~ "before|after"');
  await push(server, "after 1");
  await push(server, "something else");
  await push(server, "after 2");
  await expect.poll(() => lines, patiently).toEqual(["before 1", "before 2", "after 1", "after 2"]);
});

test("what comes in while a tail begins is neither lost nor told twice", async () => {
  const server = shared();
  const sending = (async () => {
    for (let n = 0; n < 40; n++) await push(server, `line ${n}`, "busy");
  })();
  const { lines } = await tail(server, '{service_name="busy"}', "&limit=100");
  await sending;
  await expect.poll(() => lines.length, patiently).toBe(40);
  expect(new Set(lines).size).toBe(40);
});

test("a limit bounds the latest lines, and a start leaves out what is older", async () => {
  const server = shared();
  for (let n = 0; n < 5; n++) await push(server, `old ${n}`, "limited");
  const { lines } = await tail(server, '{service_name="limited"}', "&limit=2");
  const fresh = await tail(server, '{service_name="limited"}', `&start=${Date.now()}000000`);
  await push(server, "new", "limited");
  await expect.poll(() => lines, patiently).toEqual(["old 3", "old 4", "new"]);
  await expect.poll(() => fresh.lines, patiently).toEqual(["new"]);
});

test("lines of OTLP are followed by session", async () => {
  const server = shared();
  const { lines } = await tail(
    server,
    '{service_name=~".+"} | session_id="followed" | logfmt | hits > 2',
  );
  await sendTurn(server, "followed");
  await expect.poll(() => lines, patiently).toContain("tool=search took=10ms hits=3");
});

test("who may not read may not follow, and a bad query opens nothing", async () => {
  const server = await backend({ token: "secret" });
  const refusals: [string, Record<string, string>, number][] = [
    ['{service_name="a"}', {}, 401],
    ['{service_name="a"}', { authorization: "Bearer secret", origin: "http://evil.example" }, 403],
    ['{service_name="a"}', { authorization: "Bearer secret", host: "evil.example" }, 403],
    ['{service_name="a"', { authorization: "Bearer secret" }, 400],
    ['rate({service_name="a"}[1m])', { authorization: "Bearer secret" }, 400],
  ];
  for (const [query, headers, status] of refusals)
    await expect(tail(server, query, "", headers)).rejects.toThrow(
      `Unexpected server response: ${status}`,
    );
  const { lines } = await tail(server, '{service_name=~".+"}', "", {
    authorization: "Bearer secret",
  });
  await server.post("/v1/logs", logsBody({ session: "s" }), { authorization: "Bearer secret" });
  await expect.poll(() => lines, patiently).toHaveLength(1);
});

test("who asks for a tail without a WebSocket is told what it is", async () => {
  const answer = await (await backend()).get("/loki/api/v1/tail?query=%7Ba%3D%22b%22%7D");
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/WebSocket/);
});

test("a server that stops says so, and waits for nobody", async () => {
  const server = await backend();
  const { socket } = await tail(server, '{service_name="a"}');
  const closed = once(socket, "close");
  await server.stop();
  const [code] = (await closed) as [number];
  expect(code).toBe(1001);
});
