import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";
import { sampleDeliveries, sampleId } from "../support/sample.ts";

/**
 * The commands with nothing but addresses that speak Loki and Tempo. Here these are doors of a Throughline server, which knows
 * the commands as little as the real ones do; those are tested with real binaries in test/engines.
 */
describe("with --loki and --tempo alone", () => {
  let backend: TestBackend;
  let engines: readonly string[];
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    backend = await openBackend();
    for (const each of sampleDeliveries()) await backend.deliver(each);
    engines = ["--loki", backend.url, "--tempo", `${backend.url}/tempo`];
    env = {
      THROUGHLINE_LOKI_URL: backend.url,
      THROUGHLINE_TEMPO_URL: `${backend.url}/tempo`,
    };
    // As promtail sends a file of JSON lines: the id stands in the line, and nowhere else.
    const line = JSON.stringify({ msg: "from a file", session_id: sampleId });
    const streams = [
      {
        stream: { service_name: "files", job: "varlogs" },
        values: [
          [`${Date.now() - 60_000}000000`, line],
          [`${Date.now() - 60_000}000001`, `not JSON, though it names ${sampleId}`],
        ],
      },
    ];
    const response = await fetch(`${backend.url}/loki/api/v1/push`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ streams }),
    });
    expect(response.status).toBe(204);
  });
  afterAll(() => backend.close());

  const lines = (out: string): string[] =>
    out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { line: string }).line);

  test("a session's lines are found by what is stored beside them, and by what is in them", async () => {
    const { code, out } = await command(["logs", sampleId, ...engines]);
    expect(code).toBe(0);
    expect(lines(out)).toEqual([
      "",
      "order 1042 is paid and not shipped",
      "card declined by the issuer",
      "offering store credit instead",
      JSON.stringify({ msg: "from a file", session_id: sampleId }),
    ]);
    const onLokiAlone = await command(["logs", sampleId, "--loki", backend.url]);
    expect(lines(onLokiAlone.out)).toEqual(lines(out));
    const byEnvironment = await command(["logs", "latest", "--level", "error"], { env });
    expect(lines(byEnvironment.out)).toEqual(["card declined by the issuer"]);
  });

  test("which streams to look at can be said", async () => {
    const selected = ["--selector", '{job="varlogs"}'];
    const { out } = await command(["logs", sampleId, ...engines, ...selected]);
    expect(lines(out)).toEqual([JSON.stringify({ msg: "from a file", session_id: sampleId })]);
  });

  test("whose names the telemetry uses can be said, if somebody knows them", async () => {
    const known = await command(["logs", sampleId, ...engines, "--profile", "ameide"]);
    expect(known.code).toBe(0);
    expect(lines(known.out)).toHaveLength(5);
    const unknown = await command(["logs", sampleId, ...engines, "--profile", "nobody"]);
    expect(unknown.code).toBe(2);
  });

  test("traces are found by the session, by a query and by their id", async () => {
    const ids = (out: string): unknown[] =>
      out
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { trace_id: string }).trace_id);
    const trace = "4acca441dba8071e51177f7c82fe0d07";
    const tempo = ["--tempo", `${backend.url}/tempo`];
    const bySession = await command(["traces", sampleId, ...tempo]);
    expect(ids(bySession.out)).toEqual([trace]);
    expect(JSON.parse(bySession.out)).toMatchObject({ spans: 11, errors: 1 });
    const byQuery = await command(["traces", '{ span.gen_ai.tool.name = "refund" }', ...tempo]);
    expect(ids(byQuery.out)).toEqual([trace]);
    const byId = await command(["traces", trace, ...tempo, "-o", "json"]);
    expect((JSON.parse(byId.out) as { records: object[] }).records).toHaveLength(11);
    expect((await command(["traces", "f".repeat(32), ...tempo])).code).toBe(3);
    expect((await command(["traces", "{ nonsense", ...tempo])).code).toBe(2);
  });

  test("show is the same tree as from the server itself", async () => {
    const there = await command(["show", sampleId, "-o", "pretty", ...engines]);
    const here = await command(["show", sampleId, "-o", "pretty", "--url", backend.url]);
    expect(there.code).toBe(0);
    // The line from the file is one more, and so another is not the last.
    const tree = (out: string): string[] =>
      out
        .split("\n")
        .filter(
          (line) => /^\d\d:\d\d:\d\d\.\d{3}|idle$/.test(line) && !line.includes("from a file"),
        )
        .map((line) => line.replace("├", "└"));
    expect(tree(there.out)).toEqual(tree(here.out));
  });

  test("what is missing to read with is said", async () => {
    const logs = await command(["logs", sampleId, "--tempo", backend.url]);
    expect([logs.code, logs.err]).toEqual([2, expect.stringContaining("--loki URL")]);
    const traces = await command(["traces", sampleId, "--loki", backend.url]);
    expect([traces.code, traces.err]).toEqual([2, expect.stringContaining("--tempo URL")]);
    const metrics = await command(["logs", 'rate({service_name=~".+"}[1m])', ...engines]);
    expect([metrics.code, metrics.err]).toEqual([2, expect.stringContaining("numbers")]);
  });
});
