import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBackend, type TestBackend } from "../support/backend.ts";
import { start } from "../support/process.ts";

/** Sends a span and a log record that say nothing of any session, as a program that knows none does. */
const emitter = `
const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACEPARENT } = process.env;
const [, traceId, parentSpanId] = TRACEPARENT.split("-");
const post = (signal, body) => fetch(endpoint + "/v1/" + signal, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const now = BigInt(Date.now()) * 1000000n + "";
const resource = { attributes: [{ key: "service.name", value: { stringValue: "plain" } }] };
const span = { traceId, spanId: "00f067aa0ba902b7", parentSpanId, name: "work", startTimeUnixNano: now, endTimeUnixNano: now };
await post("traces", { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
await post("logs", { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ timeUnixNano: now, body: { stringValue: "said" } }] }] }] });
console.log("out of the command");
process.exit(7);
`;
const program = [process.execPath, "--input-type=module", "-e", emitter];

interface Shown {
  readonly session: { readonly id: string; readonly state: string; readonly agent: string };
  readonly records: readonly {
    readonly name: string;
    readonly kind: string;
    readonly membership: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

describe("where no backend runs", () => {
  const data = mkdtempSync(join(tmpdir(), "throughline-run-"));
  const env = { XDG_DATA_HOME: data };
  afterAll(async () => {
    await start(["down"], { env }).ended;
    rmSync(data, { recursive: true, force: true });
  });

  test("run starts one that stays; the next run finds it", async () => {
    const free = ["--port", "0", "--grpc-port", "0"];
    const first = await start(["run", ...free, "--", ...program], { env }).ended;
    expect(first.code, first.stderr).toBe(7);
    expect(first.stdout).toBe("out of the command\n");
    expect(first.stderr).toMatch(
      /started the backend at http:\/\/127\.0\.0\.1:\d+; throughline down/,
    );
    const second = await start(["run", "--session", "named", "--", ...program], { env }).ended;
    expect(second.code).toBe(7);
    expect(second.stderr).not.toContain("started the backend");

    const { stdout } = await start(["show", "named"], { env }).ended;
    const { records, session } = JSON.parse(stdout) as Shown;
    expect(session).toMatchObject({ id: "named", state: "ended", agent: "node" });
    expect(records.map(({ membership, name }) => [name, membership])).toEqual([
      ["session node", "carried"],
      ["session.start", "carried"],
      // Below the root, whose context was in TRACEPARENT; the log record came through the door.
      ["work", "inherited"],
      ["", "joined"],
      ["session.end", "carried"],
    ]);
    expect(records.at(-1)?.attributes["throughline.outcome"]).toBe("error");
    expect(second.stderr).toMatch(/named {2}node {2}.*0 turns/);
    expect(second.stderr).toContain("without the id: 1 inherited, 1 joined");
    expect(second.stderr).toMatch(/\d+ violations?,/);
    expect(second.stderr).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sessions\/named/);

    const { stdout: listed } = await start(["sessions"], { env }).ended;
    expect((JSON.parse(listed) as { sessions: object[] }).sessions).toHaveLength(2);
    expect(readFileSync(join(data, "throughline", "up.log"), "utf8")).toContain(
      "page and OTLP/HTTP",
    );
  });
});

describe("with a backend", () => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await openBackend("s3cret");
  });
  afterAll(() => backend.close());
  const run = (argv: readonly string[], env = {}, input = "") =>
    start(["run", ...argv], {
      env: { THROUGHLINE_URL: backend.url, THROUGHLINE_TOKEN: "s3cret", ...env },
      input,
    });

  test("the terminal is the command's: input, output and nothing besides", async () => {
    const { code, stderr, stdout } = await run(["--", "cat"], {}, "through\u0000and\nthrough")
      .ended;
    expect([code, stdout]).toEqual([0, "through\u0000and\nthrough"]);
    expect(stderr).toContain("nothing arrived from the command");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"] as const)(
    "%s goes to the command",
    async (signal) => {
      const trap = `process.on("${signal}", () => process.exit(5)); console.log("ready"); setInterval(() => {}, 1000)`;
      const running = run(["--", process.execPath, "-e", trap]);
      await expect.poll(running.stdout, { timeout: 20_000 }).toContain("ready");
      running.child.kill(signal);
      expect((await running.ended).code).toBe(5);
    },
  );

  test("a command that a signal ends is told as a shell tells it", async () => {
    const { code, signal } = await run(["--", "sh", "-c", "kill -KILL $$"]).ended;
    expect([code, signal]).toEqual([137, null]);
  });

  test("a command that does not exist is 127, and the session has ended", async () => {
    const { code, stderr } = await run(["--session", "gone", "--", "no-such-program"]).ended;
    expect(code).toBe(127);
    expect(stderr).toContain('there is no command "no-such-program"');
    const headers = { authorization: "Bearer s3cret" };
    const said = await (await fetch(`${backend.url}/api/v1/sessions/gone`, { headers })).json();
    expect(said).toMatchObject({ state: "ended" });
  });

  test("a run within a run is the same session, and does not end it", async () => {
    const { stdout } = await run([
      "--session",
      "outer",
      "--",
      "sh",
      "-c",
      'echo "$BAGGAGE $OTEL_EXPORTER_OTLP_HEADERS"',
    ]).ended;
    expect(stdout.trim()).toBe("session.id=outer authorization=Bearer%20s3cret");
    const inner = await run(["--", "true"], { BAGGAGE: "session.id=inner-of-another" }).ended;
    expect(inner.stderr).toContain("inner-of-another");
    const headers = { authorization: "Bearer s3cret" };
    const said = await (
      await fetch(`${backend.url}/api/v1/sessions/inner-of-another`, { headers })
    ).json();
    expect(said).toMatchObject({ state: "live" });
  });
});
