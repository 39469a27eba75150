import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { Story } from "../../../store/test/conformance/story.ts";
import { openBackend, type TestBackend } from "../support/backend.ts";
import { start, type Started } from "../support/process.ts";

/** A server with nothing of its own, before a server that speaks Tempo and Loki. */
let engines: TestBackend;
let data: string;
const running: Started[] = [];

beforeAll(async () => {
  engines = await openBackend();
  data = mkdtempSync(join(tmpdir(), "throughline-up-"));
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGTERM");
    await ended;
  }
});
afterAll(async () => {
  await engines.close();
  rmSync(data, { recursive: true, force: true });
});

async function up(...args: string[]): Promise<string> {
  const started = start(["up", "--port", "0", "--grpc-port", "0", "--data", data, ...args]);
  running.push(started);
  let said = "";
  return new Promise((resolve, reject) => {
    started.child.stderr?.on("data", (text: string) => {
      said += text;
      const url = /OTLP\/HTTP at (http:\/\/[\d.:]+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    void started.ended.then(({ stderr }) => reject(new Error(stderr)));
  });
}

const places = (): string[] => ["--tempo", `${engines.url}/tempo`, "--loki", engines.url];

async function post(url: string, story: Story): Promise<number[]> {
  const session = story.session("s");
  const told = story.deliveries([
    { trace: "t", span: "turn", session, at: 0, attributes: { "throughline.step": "turn" } },
    { log: "session.end", trace: "t", session, at: 5 },
  ]);
  const headers = { "content-type": "application/x-protobuf" };
  const sent = told.map(({ body, signal }) =>
    fetch(`${url}/v1/${signal}`, { method: "POST", headers, body }),
  );
  return (await Promise.all(sent)).map(({ status }) => status);
}

test("what comes in is handed on, sessions come from the engines, and their doors are open here", async () => {
  const url = await up(...places(), "--forward", engines.url);
  const story = new Story();
  const session = story.session("s");
  expect(await post(url, story)).toEqual([200, 200]);
  const said = await (await fetch(`${url}/api/v1/sessions/${session}`)).json();
  expect(said).toMatchObject({ id: session, turns: 1, logs: 1, state: "ended" });
  const there = await (await fetch(`${engines.url}/api/v1/sessions/${session}`)).json();
  expect(there).toMatchObject({ id: session, turns: 1, logs: 1 });

  const trace = await fetch(`${url}/tempo/api/v2/traces/${story.traceId("t")}`);
  expect(trace.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await trace.text()).toContain('"turn"');
  const query = new URLSearchParams({ query: `{service_name="app"} | session_id="${session}"` });
  query.set("start", String(story.began / 1000 - 60));
  for (const [method, address] of [
    ["GET", `${url}/loki/api/v1/query_range?${query.toString()}`],
    ["POST", `${url}/loki/api/v1/query_range`],
  ] as const) {
    const body = method === "POST" ? query : null;
    expect(await (await fetch(address, { method, body })).text()).toContain(session);
  }
  const refused = await fetch(`${url}/loki/api/v1/push`, { method: "POST", body: "{}" });
  expect(refused.status).toBe(405);
  const foreign = await fetch(`${url}/tempo/api/echo`, {
    headers: { origin: "http://elsewhere.test" },
  });
  expect(foreign.status).toBe(403);
});

test("without --forward nothing is taken in, and the sender is told why", async () => {
  const url = await up(...places());
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [] }] }] }),
  });
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("--forward");
});

test("an engine that does not answer is named", async () => {
  const url = await up("--tempo", "http://127.0.0.1:9");
  const response = await fetch(`${url}/tempo/api/echo`);
  expect(response.status).toBe(502);
});

test.each([
  [["--forward", "http://127.0.0.1:1"], "--forward goes with --tempo or --loki"],
  [["--tempo", "localhost:3200"], "--tempo takes an address"],
  [["--loki", "http://127.0.0.1:1", "--selector", "{oops"], "--selector"],
  [["--loki", "http://127.0.0.1:1", "--profile", "other"], "--profile"],
])("up %j says what is wrong", async (args, said) => {
  const { code, stderr } = await start(["up", "--data", data, ...args]).ended;
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
