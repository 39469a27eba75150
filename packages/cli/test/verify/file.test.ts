import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  encodeLogs,
  encodeTraces,
  lengthPrefix,
  logsFromJson,
  tracesFromJson,
} from "@throughline/core/otlp";
import { afterAll, describe, expect, test } from "vitest";

import { ran } from "../support/ran.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-verify-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const agent = (path: string): string =>
  fileURLToPath(new URL(`../../../../test/fixtures/agents/${path}`, import.meta.url));
const traces = agent("claude-code-two-turns/traces.jsonl");
const logs = agent("claude-code-two-turns/logs.jsonl");

function written(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Told {
  readonly findings: readonly { readonly rule: string; readonly name: string }[];
  readonly summary: { readonly records: number; readonly spans: number };
}

async function told(...files: readonly string[]): Promise<Told> {
  const { code, out } = await ran([
    "verify",
    ...files.flatMap((file) => ["--file", file]),
    "-o",
    "json",
  ]);
  expect(code).toBe(5);
  return JSON.parse(out) as Told;
}

const linesOf = (path: string): string[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
const framed = (messages: readonly Uint8Array[]): Buffer =>
  Buffer.concat(messages.flatMap((each) => [lengthPrefix(each.length), each]));

describe("an OTLP file", () => {
  const asProto = [
    ...linesOf(traces).map((line) => encodeTraces(tracesFromJson(line))),
    ...linesOf(logs).map((line) => encodeLogs(logsFromJson(line))),
  ];
  const both = [...linesOf(traces), ...linesOf(logs)];
  const forms: readonly (readonly [string, string | Uint8Array])[] = [
    ["JSON lines of several signals", both.join("\n")],
    ["JSON lines with a byte order mark and CRLF", `\ufeff${both.join("\r\n")}\r\n`],
    ["protobuf with length prefixes", framed(asProto)],
    [
      "protobuf, each message packed with zstd",
      framed(asProto.map((each) => zstdCompressSync(each))),
    ],
    ["JSON, each message packed with zstd", framed(both.map((each) => zstdCompressSync(each)))],
    ["JSON lines packed with gzip", gzipSync(both.join("\n"))],
    ["JSON lines packed with zstd", zstdCompressSync(both.join("\n"))],
    [
      "a pretty-printed list",
      JSON.stringify(
        both.map((each) => JSON.parse(each) as unknown),
        undefined,
        2,
      ),
    ],
  ];

  test.each(forms)("as %s gives the same findings", async (name, bytes) => {
    const expected = await told(traces, logs);
    expect(expected.findings.length).toBeGreaterThan(5);
    expect(await told(written(name.replaceAll(/\W/g, "-"), bytes))).toEqual({
      ...expected,
      subject: expect.any(String),
    });
  });

  test("may be one request alone, pretty-printed or in bare protobuf", async () => {
    const [line = ""] = linesOf(traces);
    const expected = await told(written("one.json", line));
    const pretty = await told(
      written("pretty.json", JSON.stringify(JSON.parse(line), undefined, 2)),
    );
    const bare = await told(written("bare.pb", encodeTraces(tracesFromJson(line))));
    expect(pretty.findings).toEqual(expected.findings);
    expect(bare.findings).toEqual(expected.findings);
  });

  test("with metrics tells of a session among their attributes (C02)", async () => {
    const { findings } = await told(
      agent("qwen-code-0.15/logs.jsonl"),
      agent("qwen-code-0.15/metrics.jsonl"),
    );
    expect(findings.filter(({ rule }) => rule === "C02").length).toBeGreaterThan(0);
  });

  test.each([
    ["text.jsonl", "no OTLP at all", /text\.jsonl, message 1 is no OTLP: a field/],
    ["cut.jsonl", '{"resourceSpans": []}\n{"resourceSp', /cut\.jsonl:2 is no OTLP/],
    ["other.json", '{"spans": []}', /other\.json:1 is no OTLP: JSON, but no OTLP export request/],
    ["cut.pb", Buffer.from([0, 0, 0, 9, 1]), /cut off/],
    ["damaged.gz", gzipSync("{}").subarray(0, 12), /is damaged/],
  ])("%s is explained", async (name, bytes, says) => {
    const { code, err } = await ran(["verify", "--file", written(name, bytes)]);
    expect(code).toBe(1);
    expect(err).toMatch(says);
  });

  test("that is empty is not nothing wrong", async () => {
    const { code, err, out } = await ran(["verify", "--file", written("empty.jsonl", "")]);
    expect([code, out]).toEqual([6, "Nothing arrived.\n"]);
    expect(err).toContain("no spans or log records");
  });

  test("is read by the names of a profile", async () => {
    const log = {
      timeUnixNano: "1",
      traceId: "a".repeat(32),
      spanId: "b".repeat(16),
      attributes: [{ key: "ameide_session_id", value: { stringValue: "thread-1" } }],
    };
    const file = written(
      "ameide.json",
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] }),
    );
    const sessions = async (...more: readonly string[]) => {
      const { out } = await ran(["verify", "--file", file, "-o", "json", ...more]);
      return (JSON.parse(out) as { summary: { sessions: number } }).summary.sessions;
    };
    const config = written("ameide-policy.json", '{"profile": "ameide"}');
    expect(await sessions()).toBe(0);
    expect(await sessions("--profile", "ameide")).toBe(1);
    expect(await sessions("--config", config)).toBe(1);
  });

  test("that is not there is not found", async () => {
    expect(await ran(["verify", "--file", join(folder, "none")])).toMatchObject({
      code: 3,
      out: "",
    });
  });
});

describe("what is asked of findings", () => {
  const verify = (...more: readonly string[]) => ran(["verify", "--file", traces, ...more]);

  test.each([
    ["violation", 5],
    ["improvement", 5],
    ["never", 0],
  ])("--fail-on %s ends with %i", async (level, code) => {
    expect((await verify("--fail-on", level)).code).toBe(code);
  });

  test("--fail-on improvement fails on advice that violation lets pass", async () => {
    const rules = { C01: "off", C03: "off", C07: "off", C08: "improvement" };
    const config = written("advice.json", JSON.stringify({ rules }));
    expect((await verify("--config", config)).code).toBe(0);
    expect((await verify("--config", config, "--fail-on", "improvement")).code).toBe(5);
  });

  test("a policy file that can't be used is explained, all of it", async () => {
    const config = written("bad.json", '{"rules": {"C99": "off"}, "alow": []}');
    const { code, err } = await verify("--config", config);
    expect(code).toBe(2);
    expect(err).toContain("rules.C99: There is no such rule");
    expect(err).toContain("alow: Nothing reads this key");
    expect((await verify("--config", written("no.json", "{"))).code).toBe(2);
  });

  test("a baseline keeps old debt apart from new, and says what was paid", async () => {
    const baseline = join(folder, "baseline.json");
    expect((await verify("--baseline", baseline)).code).toBe(2);
    expect((await verify("--baseline", baseline, "--write-baseline")).code).toBe(0);
    const known = await verify("--baseline", baseline);
    expect(known.code).toBe(0);
    expect(known.out).toMatch(/The contract is kept .* \(\d+ known\)/);
    const more = await ran(["verify", "--file", traces, "--file", logs, "--baseline", baseline]);
    expect(more.code).toBe(5);
    expect(more.out).toContain("C03");
    expect(more.out).not.toContain("C07");
    const other = ["--file", agent("qwen-code/traces.jsonl"), "--baseline", baseline];
    expect((await ran(["verify", ...other])).out).toMatch(/\d+ of the baseline gone/);
  });

  test.each([
    [[], /what is to be verified/],
    [["a", "b"], /one SESSION is enough/],
    [["latest", "--file", "x"], /at a time/],
    [["--"], /behind -- stands the command/],
    [["--file", "x", "--fail-on", "error"], /--fail-on takes/],
    [["--file", "x", "-o", "html"], /--output takes/],
    [["--file", "x", "--report", "x.html"], /--report takes a file/],
    [["--file", "x", "--profile", "ours"], /--profile takes/],
    [["--quiet", "soon", "--", "true"], /--quiet takes/],
    [["--since", "yesterday"], /--since/],
  ])("verify %j is a slip", async (argv, says) => {
    const { code, err } = await ran(["verify", ...argv]);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});
