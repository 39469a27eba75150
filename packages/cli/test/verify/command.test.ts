import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

import type { VerifyReport } from "@throughline/core/verify";

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const node = [process.execPath, "--conditions=@throughline/source"] as const;
const bin = path("../../src/bin.ts");
const agent = path("./programs/agent.ts");
const sessionless = path("./programs/sessionless.ts");

const folder = mkdtempSync(join(tmpdir(), "throughline-verify-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `throughline verify` as a shell starts it; what it leaves behind would lie in `folder`. */
function verify(...argv: readonly string[]): Promise<Ran> {
  const [command, ...flags] = node;
  const env = { ...process.env, TMPDIR: folder, NO_COLOR: "1" };
  return new Promise((resolve) => {
    const child = execFile(command, [...flags, bin, "verify", ...argv], { env }, (_, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });
}

// Several processes each, on a machine that may be busy.
describe.concurrent("verify -- COMMAND", { timeout: 180_000 }, () => {
  test("fails a program that calls a model with no session at all (C12)", async () => {
    const { code, out } = await verify("--", ...node, sessionless);
    expect(code).toBe(5);
    expect(out).toMatch(/✗ C12 .*\n {2}missing: This llm span belongs to no session at all\.\n/);
    expect(out).toMatch(/0 \/ 100 {2}forgetful {2}most to gain: C12 \+100/);
  });

  test("passes an agent that keeps the contract in a child process, and keeps the report apart from what it says", async () => {
    const report = join(folder, "report.xml");
    const { code, err, out } = await verify(
      "-o",
      "json",
      "--report",
      report,
      "--",
      ...node,
      agent,
      "--child",
    );
    const { findings, summary } = JSON.parse(out) as VerifyReport;
    expect([code, findings]).toEqual([0, []]);
    expect(summary).toMatchObject({ sessions: 1, services: [{ service: "careful", calls: 1 }] });
    expect(err).toContain("said by the agent");
    expect(readFileSync(report, "utf8")).toContain('<testsuite name="careful"');
  });

  test("ends as the command does when the contract is kept", async () => {
    const { code, err, out } = await verify("--", ...node, agent, "--fail");
    expect(code).toBe(3);
    expect(out).toContain("The contract is kept");
    expect(err).toContain("ended with exit code 3");
  });

  test("tells nothing arrived from nothing wrong", async () => {
    const { code, err, out } = await verify("--", process.execPath, "-e", "0");
    expect([code, out]).toEqual([6, "Nothing arrived.\n"]);
    expect(err).toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
  });

  test("waits for what a process left behind sends late, and lets it speak of no session", async () => {
    const late = `setTimeout(() => fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + "/v1/logs", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: "1" }] }] }] }),
    }), 800)`;
    const left = `require("child_process").spawn(process.execPath, ["-e", process.argv[1]], { detached: true, stdio: "ignore" }).unref()`;
    const { code, out } = await verify("--", process.execPath, "-e", left, late);
    expect([code, out]).toEqual([0, expect.stringContaining("1 record of 0 sessions")]);
  });

  /** A program that sends this, and nothing else. */
  const sending = (path: string, request: object): string => `
    fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + ${JSON.stringify(path)}, {
      method: "POST", headers: { "content-type": "application/json" },
      body: ${JSON.stringify(JSON.stringify(request))},
    })`;
  const logLine = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: "1" }] }] }] };

  test("keeps the sessions of a program apart: one id under another's is found (C04)", async () => {
    const span = (spanId: string, parentSpanId: string, id: string) => ({
      traceId: "a".repeat(32),
      spanId: spanId.repeat(16),
      parentSpanId,
      name: `work ${spanId}`,
      startTimeUnixNano: "1",
      endTimeUnixNano: "2",
      attributes: [{ key: "session.id", value: { stringValue: id } }],
    });
    const spans = [
      span("1", "", "ann"),
      span("2", "1".repeat(16), "ann"),
      span("3", "2".repeat(16), "bob"),
    ];
    const program = sending("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const { code, out } = await verify("-o", "json", "--", process.execPath, "-e", program);
    const { findings } = JSON.parse(out) as VerifyReport;
    expect([code, findings.map(({ name, rule }) => [rule, name])]).toEqual([
      5,
      [["C04", "work 3"]],
    ]);
  });

  test("takes a known coding agent for one session, and finds what it does not key", async () => {
    const agent = join(folder, "claude");
    writeFileSync(agent, `#!${process.execPath}\n${sending("/v1/logs", logLine)}`, { mode: 0o755 });
    const { code, out } = await verify("-o", "json", "--", agent);
    const { findings, summary } = JSON.parse(out) as VerifyReport;
    expect([code, findings.map(({ rule }) => rule)]).toEqual([5, ["C01", "C03"]]);
    expect(summary).toMatchObject({ sessions: 1, membership: { joined: 1 } });
  });

  test("explains a command that can't be started, as a shell does", async () => {
    const { code, err } = await verify("--", "no-such-command-anywhere");
    expect(code).toBe(127);
    expect(err).toContain('there is no command "no-such-command-anywhere"');
  });

  test("an interrupt ends the command and is told", async () => {
    const [command, ...flags] = node;
    const waiting = "process.stdout.write('waiting'); setInterval(() => {}, 1000)";
    const argv = [...flags, bin, "verify", "--", process.execPath, "-e", waiting];
    const child = spawn(command, argv, { env: { ...process.env, TMPDIR: folder } });
    child.stdout.once("data", () => child.kill("SIGINT"));
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).toBe(130);
  });
});

test("nothing of a run is left behind", () => {
  expect(readdirSync(folder).filter((name) => name.startsWith("throughline-verify-"))).toEqual([]);
});
