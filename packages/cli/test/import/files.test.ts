import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { lengthPrefix } from "@throughline/core/otlp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";
import { sampleDeliveries, sampleId } from "../support/sample.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-import-"));
let backend: TestBackend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...argv: readonly string[]) =>
  command(argv, { env: { THROUGHLINE_URL: backend.url } });

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const request = (body: string): string =>
  JSON.stringify({
    resourceLogs: [
      {
        scopeLogs: [
          { logRecords: [{ timeUnixNano: "1795276707000000000", body: { stringValue: body } }] },
        ],
      },
    ],
  });

describe("what is exported can be imported", () => {
  test("into another backend, where it is the same session", async () => {
    for (const each of sampleDeliveries()) await backend.deliver(each);
    const exported = await cli("export", sampleId);
    expect(exported.code).toBe(0);
    const other = await openBackend();
    try {
      const env = { THROUGHLINE_URL: other.url };
      const path = file("session.jsonl", exported.out);
      expect(await command(["import", path], { env })).toMatchObject({ code: 0 });
      const here = JSON.parse((await cli("show", sampleId)).out) as { session: object };
      const there = JSON.parse((await command(["show", sampleId], { env })).out) as {
        session: object;
      };
      // Findings are the backend's own, found when it got to it.
      expect({ ...there.session, findings: null }).toEqual({ ...here.session, findings: null });
      expect(await command(["import", path], { env })).toMatchObject({ code: 0 });
      const again = JSON.parse((await command(["show", sampleId], { env })).out) as {
        session: object;
      };
      expect({ ...again.session, findings: null }).toEqual({ ...here.session, findings: null });
    } finally {
      await other.close();
    }
  });

  test("records as JSON lines are for reading only, and say so", async () => {
    const { out } = await cli("export", sampleId, "-o", "jsonl");
    expect(out.trim().split("\n")).toHaveLength(15);
    const { code, err } = await cli("import", file("records.jsonl", out));
    expect(code).toBe(1);
    expect(err).toContain("records.jsonl:1: a record as `export -o jsonl`");
    expect(err).toContain("Imported nothing.");
  });
});

describe("files of any make", () => {
  const [traces, logs] = sampleDeliveries();
  const bodies = [traces, logs].flatMap((each) => (each === undefined ? [] : [each.body]));
  const protobuf = Buffer.concat(bodies.flatMap((body) => [lengthPrefix(body.length), body]));
  const json = `\n${request("one")}\r\n\n${request("two")}`;
  test.each([
    ["JSON lines with blank ones, no end of line at the end", json, /2 log records/],
    ["the same through gzip", gzipSync(json), /2 log records/],
    ["the same through zstd", zstdCompressSync(json), /2 log records/],
    ["protobuf with length prefixes", protobuf, /11 spans, 4 log records/],
    ["the same through gzip", gzipSync(protobuf), /11 spans, 4 log records/],
    ["one request in protobuf", traces?.body ?? "", /11 spans\./],
    [
      "a pretty-printed request",
      JSON.stringify(JSON.parse(request("p")), null, 2),
      /1 log record\./,
    ],
    ["a list of requests", `[${request("a")},\n${request("b")}]`, /2 log records/],
  ])("%s", async (_name, content, said) => {
    const { code, err } = await cli("import", file("capture", content));
    expect(err).toMatch(said);
    expect(code).toBe(0);
  });
});

describe("what is wrong with a file is said with its line", () => {
  test.each([
    ["{nonsense", /bad\.jsonl:3: the text is not JSON/],
    ['{"hello":1}', /bad\.jsonl:3: JSON, but no OTLP export request/],
    ["[1]", /bad\.jsonl:3: JSON, but no OTLP export request/],
    [
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":7}]}]}]}',
      /bad\.jsonl:3: .*resourceSpans/,
    ],
    ["\u0007{}", /bad\.jsonl:3: the text is not JSON/],
  ])("%j", async (line, said) => {
    const { code, err } = await cli(
      "import",
      file("bad.jsonl", `${request("a")}\n\n${line}\n${request("b")}\n`),
    );
    expect(code).toBe(1);
    expect(err).toMatch(said);
    expect(err).toContain("Imported 2 log records.");
  });

  test("a span whose id is none is left out by the server, which says why", async () => {
    const span = {
      name: "x",
      traceId: "00",
      spanId: "01",
      startTimeUnixNano: "1",
      endTimeUnixNano: "2",
    };
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    const { code, err } = await cli("import", file("ids.jsonl", `${body}\n`));
    expect(code).toBe(1);
    expect(err).toMatch(/ids\.jsonl:1: 1 record refused: .*trace id/);
  });

  test.each([
    [
      "cut.pb",
      lengthPrefix(100),
      /cut\.pb is no OTLP file: a message of the file is longer than allowed, or cut off/,
    ],
    ["damaged.gz", gzipSync("x".repeat(1_000)).subarray(0, 20), /damaged\.gz is damaged/],
  ])("%s", async (name, content, said) => {
    const { code, err } = await cli("import", file(name, content));
    expect(code).toBe(1);
    expect(err).toMatch(said);
  });

  test("an empty file is one of a signal that nobody sent", async () => {
    expect(await cli("import", file("empty", ""))).toMatchObject({
      code: 0,
      err: "Imported nothing.\n",
    });
  });

  test("a file that is not there", async () => {
    const { code, err } = await cli("import", join(folder, "nowhere.jsonl"));
    expect(code).toBe(3);
    expect(err).toContain("there is no file");
  });

  test("a bad first line costs no other", async () => {
    const { code, err } = await cli("import", file("first.jsonl", `{"half\n${request("b")}\n`));
    expect(code).toBe(1);
    expect(err).toContain("first.jsonl:1: the text is not JSON");
    expect(err).toContain("Imported 1 log record.");
  });

  test("of a hundred bad lines twenty are named", async () => {
    const { err } = await cli("import", file("many.jsonl", "{\n".repeat(100)));
    expect(err.match(/many\.jsonl:\d+:/g)).toHaveLength(20);
    expect(err).toContain("... and 80 more.");
  });
});
