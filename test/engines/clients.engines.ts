import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { serve, type Serving } from "@throughline/server";
import { type EmbeddedHome, openEmbeddedHome } from "@throughline/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Story } from "../../packages/store/test/conformance/story.ts";
import { engine } from "./prepare.ts";

const execute = promisify(execFile);

/** The engines' own command lines as they are, before the embedded backend. */
describe("logcli and tempo-cli", () => {
  const story = new Story();
  const session = story.session("s");
  let directory: string;
  let home: EmbeddedHome;
  let server: Serving;
  let logcli: string;
  let tempoCli: string;

  beforeAll(async () => {
    const report = (line: string): unknown => process.stderr.write(`${line}\n`);
    logcli = await engine("logcli", report);
    tempoCli = await engine("tempo-cli", report);
    directory = await mkdtemp(join(tmpdir(), "throughline-clients-"));
    home = await openEmbeddedHome({ directory });
    server = await serve({ ...home, port: 0, grpcPort: 0, version: "0.0.0-test" });
    await deliver(0, 40);
  });
  afterAll(async () => {
    await server.close();
    await home.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function deliver(from: number, to: number): Promise<void> {
    const told = Array.from({ length: to - from }, (_, index) => from + index).flatMap((n) => [
      { trace: "t", span: `step ${n}`, session, at: n, attributes: { "app.n": n } },
      { log: "", trace: "t", on: `step ${n}`, session, at: n + 0.5, body: `line ${n} of it` },
    ]);
    for (const each of story.deliveries(told)) await home.writer.append(each);
  }

  const logs = async (...args: string[]): Promise<string> =>
    (await execute(logcli, ["--quiet", `--addr=${server.url}`, ...args])).stdout;
  const traces = async (...args: string[]): Promise<string> =>
    (await execute(tempoCli, ["query", "api", ...args])).stdout;
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  const window = (): string[] => [
    `--from=${new Date(story.began - 60_000).toISOString()}`,
    `--to=${new Date(story.began + 60_000).toISOString()}`,
  ];
  const selector = '{service_name="app"}';

  test("logcli query reads every line, batch after batch, in both directions", async () => {
    const query = `${selector} | session_id="${session}"`;
    const args = ["query", "--limit=100", "--batch=7", "--output=raw", ...window(), query];
    const expected = Array.from({ length: 40 }, (_, n) => `line ${n} of it`);
    expect(lines(await logs(...args)).toReversed()).toEqual(expected);
    expect(lines(await logs(...args, "--forward"))).toEqual(expected);
  });

  test("logcli query runs a metric over the range, and instant-query at one time", async () => {
    const metric = `sum by (service_name) (count_over_time(${selector}[1m]))`;
    const range = JSON.parse(await logs("query", "--step=60s", ...window(), metric));
    expect(range).toMatchObject([{ metric: { service_name: "app" } }]);
    const now = `--now=${new Date(story.began + 30_000).toISOString()}`;
    const instant = JSON.parse(await logs("instant-query", now, metric));
    expect(instant).toMatchObject([
      { metric: { service_name: "app" }, value: [expect.anything(), "40"] },
    ]);
  });

  test("logcli labels, their values, and series", async () => {
    expect(lines(await logs("labels", ...window()))).toContain("service_name");
    expect(lines(await logs("labels", "service_name", ...window()))).toEqual(["app"]);
    expect(await logs("series", ...window(), selector)).toContain('service_name="app"');
  });

  test("logcli stats, volume and detected fields", async () => {
    expect(await logs("stats", ...window(), selector)).toMatch(/entries/i);
    expect(await logs("volume", ...window(), selector)).toContain("app");
    expect(await logs("detected-fields", ...window(), selector)).toContain("session_id");
  });

  test("logcli query --tail tells what is there and what comes in", async () => {
    const query = `${selector} |= "of it"`;
    const since = `--from=${new Date(story.began - 60_000).toISOString()}`;
    const args = [
      "--quiet",
      `--addr=${server.url}`,
      "query",
      "--tail",
      since,
      "--output=raw",
      query,
    ];
    const child = spawn(logcli, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    try {
      await expect.poll(() => said, { timeout: 20_000 }).toContain("line 39 of it");
      await deliver(40, 42);
      await expect.poll(() => said, { timeout: 20_000 }).toContain("line 41 of it");
    } finally {
      child.kill("SIGTERM");
    }
  });

  test("tempo-cli search, trace by id in both versions, tags and their values, metrics", async () => {
    const address = new URL(server.url).host;
    const prefix = "--path-prefix=/tempo";
    const from = new Date(story.began - 60_000).toISOString().replace(/\.\d+Z$/, "Z");
    const to = new Date(story.began + 60_000).toISOString().replace(/\.\d+Z$/, "Z");
    const query = `{ span.session.id = "${session}" }`;
    // As docs/tempo-and-loki.md shows it.
    const found = await traces("search", prefix, address, query, "now-2h", "now");
    expect(found).toContain(story.traceId("t").replace(/^0+/, ""));
    for (const version of [[], ["--v1"]]) {
      const endpoint = `${server.url}/tempo`;
      const trace = await traces("trace-id", ...version, endpoint, story.traceId("t"));
      expect(trace).toContain("step 0");
      expect(trace).toContain("session.id");
    }
    expect(await traces("search-tags", prefix, address, from, to)).toContain("session.id");
    const values = ["search-tag-values", prefix, address, "span.session.id", from, to];
    expect(await traces(...values)).toContain(session);
    const metric = await traces("metrics", prefix, address, "{ } | count_over_time()", from, to);
    expect(metric).toContain("count_over_time");
  });
});
