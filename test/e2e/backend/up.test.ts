import { createServer } from "node:net";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { directory, run, up } from "./throughline.ts";

const json = { "content-type": "application/json" };

function spanOf(session: string): string {
  const now = `${Date.now()}000000`;
  const id = Math.floor(Math.random() * 2 ** 40)
    .toString(16)
    .padStart(16, "1");
  const attributes = [{ key: "session.id", value: { stringValue: session } }];
  const span = {
    traceId: id + id,
    spanId: id,
    name: "work",
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
  return JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, attributes }] }] }],
  });
}

const post = (url: string, session: string) =>
  fetch(`${url}/v1/traces`, { method: "POST", headers: json, body: spanOf(session) });

test("up says in one line where it is and how to point an application at it", async () => {
  const server = await up();
  expect(server.stderr().trimEnd().split("\n")).toHaveLength(1);
  expect(server.stderr()).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${server.url}`);
  expect(server.stderr()).toContain(server.data);
  expect((await post(server.url, "one")).status).toBe(200);
  server.child.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stdout: "" });
});

test("what was acknowledged before a stop is there after the next start; Ctrl-C ends with 130", async () => {
  const data = await directory();
  const first = await up([], data);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => post(first.url, `s-${n}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  first.child.kill("SIGINT");
  expect((await first.ended).code).toBe(130);
  const second = await up([], data);
  const list: unknown = await (await fetch(`${second.url}/api/v1/sessions?limit=100`)).json();
  expect((list as { sessions: unknown[] }).sessions).toHaveLength(20);
});

test("status and down know the backend of a data directory, and only that", async () => {
  const data = await directory();
  expect((await run(["status", "--data", data])).code).toBe(4);
  expect((await run(["down", "--data", data])).code).toBe(0);

  const server = await up([], data);
  const status = await run(["status", "--data", data]);
  expect(status.code).toBe(0);
  expect(status.stdout).toContain(server.url);
  const machine = await run(["status", "--data", data, "-o", "json"]);
  expect(JSON.parse(machine.stdout)).toMatchObject({
    schema: 1,
    state: "running",
    running: { pid: server.child.pid, url: server.url, grpc: server.grpc, data },
  });

  expect((await run(["down", "--data", data])).code).toBe(0);
  expect((await server.ended).code).toBe(0);
  expect((await run(["status", "--data", data])).code).toBe(4);
});

test("down leaves a process alone that only has the same number", async () => {
  const data = await directory();
  const announced = { pid: process.pid, instance: "gone", version: "0", data, started_at: "" };
  const places = { url: "http://127.0.0.1:9", grpc: "http://127.0.0.1:9" };
  await writeFile(join(data, "running.json"), JSON.stringify({ ...announced, ...places }));
  const down = await run(["down", "--data", data]);
  expect(down.code).toBe(4);
  expect(down.stderr).toContain(`process ${process.pid}`);
});

test("a backend that was killed leaves nothing that keeps the next from starting", async () => {
  const data = await directory();
  const first = await up([], data);
  expect((await post(first.url, "survivor")).status).toBe(200);
  first.child.kill("SIGKILL");
  await first.ended;
  expect((await run(["status", "--data", data])).stderr).toContain("without a goodbye");
  const second = await up([], data);
  expect((await fetch(`${second.url}/api/v1/sessions/survivor`)).status).toBe(200);
});

test("a second backend on the same data is refused, and the first goes on", async () => {
  const server = await up();
  const second = await run(["up", "--port", "0", "--grpc-port", "0", "--data", server.data]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(String(server.child.pid));
  expect((await post(server.url, "still")).status).toBe(200);
});

test("a port in use is explained, for each of the two, and leaves no store open", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void blocker.close());
  await new Promise((resolve) => blocker.once("listening", resolve));
  const { port } = blocker.address() as { port: number };
  const data = await directory();
  for (const [option, other] of [
    ["--port", "--grpc-port"],
    ["--grpc-port", "--port"],
  ] as const) {
    const refused = await run(["up", option, String(port), other, "0", "--data", data]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`127.0.0.1:${port} (${option})`);
    expect(refused.stderr).toContain("throughline status");
  }
  await up([], data);
});

test("another Throughline on the port is recognised", async () => {
  const first = await up();
  const { port } = new URL(first.url);
  const data = await directory();
  const second = await run(["up", "--port", port, "--grpc-port", "0", "--data", data]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`A Throughline already answers at ${first.url}`);
});

test("beyond this machine a token is asked for at start", async () => {
  const refused = await run([
    "up",
    "--host",
    "0.0.0.0",
    "--port",
    "0",
    "--data",
    await directory(),
  ]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("--token");
});

test("the data directory is its owner's alone", async () => {
  const data = join(await directory(), "deep", "inside");
  await up([], data);
  expect((await stat(data)).mode & 0o077).toBe(0);
  const announced: unknown = JSON.parse(await readFile(join(data, "running.json"), "utf8"));
  expect(announced).toMatchObject({ data });
});

test("a data directory that can't be one is said so", async () => {
  const file = join(await directory(), "file");
  await writeFile(file, "");
  const refused = await run(["up", "--port", "0", "--grpc-port", "0", "--data", file]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^throughline up: the data directory .*file can't be used: EEXIST/,
  );
});

test("options that can't be are usage errors with the option in the message", async () => {
  const wrong: [string[], string][] = [
    [["up", "--port", "http"], "--port"],
    [["up", "--port", "70000"], "--port"],
    [["up", "--retention", "soon"], "--retention"],
    [["up", "--max-size", "10"], "--max-size"],
    [["up", "--prot", "1"], "--prot"],
    [["up", "extra"], "extra"],
    [["status", "-o", "xml"], "--output"],
  ];
  for (const [args, said] of wrong) {
    const ended = await run(args);
    expect(ended.code, args.join(" ")).toBe(2);
    expect(ended.stderr).toContain(said);
    expect(ended.stdout).toBe("");
  }
});
