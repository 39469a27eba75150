import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { openBackend, type TestBackend } from "../../packages/cli/test/support/backend.ts";
import { command } from "../../packages/cli/test/support/command.ts";
import { sampleDeliveries, sampleId } from "../../packages/cli/test/support/sample.ts";
import { type RunningLoki, startLoki } from "./loki.ts";
import { type RunningTempo, startTempo } from "./tempo.ts";

/** The command line with real Loki and real Tempo, and no Throughline server at all. */
describe("with real engines alone", () => {
  let backend: TestBackend;
  let loki: RunningLoki;
  let tempo: RunningTempo;
  let engines: readonly string[];

  beforeAll(async () => {
    [backend, loki, tempo] = await Promise.all([openBackend(), startLoki(), startTempo()]);
    engines = ["--loki", loki.url, "--tempo", tempo.url];
    for (const each of sampleDeliveries()) {
      await backend.deliver(each);
      await send(
        each.signal === "logs" ? `${loki.url}/otlp/v1/logs` : `${tempo.otlp}/v1/traces`,
        each.body,
      );
    }
    // As promtail sends a file of JSON lines: the id stands in the line, and nowhere else.
    await push("files", JSON.stringify({ msg: "from a file", session_id: sampleId }));
    await push("files", `not JSON, though it names ${sampleId}`);
    // Tempo and Loki show what they took after a moment of their own.
    const patience = { timeout: 120_000, interval: 250 };
    await vi.waitFor(async () => expect(await lines(sampleId)).toHaveLength(5), patience);
    await vi.waitFor(async () => {
      const { out } = await command(["traces", sampleId, "--tempo", tempo.url]);
      expect(out).toContain('"spans":11');
    }, patience);
  });
  afterAll(async () => {
    await Promise.all([backend.close(), loki.stop(), tempo.stop()]);
  });

  async function send(url: string, body: Uint8Array): Promise<void> {
    const headers = { "content-type": "application/x-protobuf" };
    const response = await fetch(url, { method: "POST", headers, body: body.slice() });
    const said = await response.text();
    expect(response.ok, said).toBe(true);
  }

  let pushed = 0;
  async function push(service: string, line: string): Promise<void> {
    const at = `${Date.now() - 60_000}${String(++pushed).padStart(6, "0")}`;
    const streams = [{ stream: { service_name: service }, values: [[at, line]] }];
    const response = await fetch(`${loki.url}/loki/api/v1/push`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ streams }),
    });
    expect(response.status).toBe(204);
  }

  async function lines(...argv: readonly string[]): Promise<string[]> {
    const { out } = await command(["logs", ...argv, ...engines]);
    return out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as { line: string }).line);
  }

  test("logs finds what is stored beside a line, and what is in it; filters are Loki's", async () => {
    expect(await lines(sampleId)).toEqual([
      "",
      "order 1042 is paid and not shipped",
      "card declined by the issuer",
      "offering store credit instead",
      JSON.stringify({ msg: "from a file", session_id: sampleId }),
    ]);
    expect(await lines(sampleId, "--level", "warn")).toEqual([
      "card declined by the issuer",
      "offering store credit instead",
    ]);
    expect(await lines(sampleId, "-n", "1", "--service", "support-agent")).toEqual([
      "offering store credit instead",
    ]);
    expect(await lines(sampleId, "--grep", "credit")).toHaveLength(1);
    expect(await lines('{service_name="files"} |= "not JSON"')).toHaveLength(1);
  });

  test("logs -f goes on with Loki's own tail", async () => {
    const stop = Promise.withResolvers<"SIGINT">();
    let out = "";
    const following = command(["logs", '{service_name="live"}', "-f", ...engines], {
      stopAsked: () => stop.promise,
      out: (text) => (out += text),
    });
    await push("live", "before");
    await expect.poll(() => out, { timeout: 30_000 }).toContain("before");
    for (let n = 0; n < 20; n++) await push("live", `line ${n}.`);
    await expect.poll(() => out, { timeout: 30_000 }).toContain("line 19.");
    stop.resolve("SIGINT");
    expect((await following).code).toBe(130);
    for (let n = 0; n < 20; n++) expect(out.split(`line ${n}.`)).toHaveLength(2);
  });

  test("traces searches Tempo and reads each by its id", async () => {
    const { out } = await command(["traces", sampleId, ...engines]);
    expect(JSON.parse(out)).toMatchObject({
      trace_id: "4acca441dba8071e51177f7c82fe0d07",
      root_service: "support-agent",
      spans: 11,
      errors: 1,
    });
  });

  test("show prints the same tree from the engines as from the embedded backend", async () => {
    const tree = async (...place: readonly string[]): Promise<string[]> => {
      const { code, err, out } = await command(["show", sampleId, "-o", "pretty", ...place]);
      expect(code, err).toBe(0);
      // The line from the file is one more there, and so another is not the last.
      return out
        .split("\n")
        .filter(
          (line) => /^\d\d:\d\d:\d\d\.\d{3}|idle$/.test(line) && !line.includes("from a file"),
        )
        .map((line) => line.replace("├", "└"));
    };
    // Loki does not keep OTLP's EventName; everything else of the record it does.
    const here = (await tree("--url", backend.url)).map((line) =>
      line.replace(/info session\.start$/, "info "),
    );
    expect(here.length).toBeGreaterThan(12);
    expect(await tree(...engines)).toEqual(here);
  });

  test("sessions and doctor need no Throughline server", async () => {
    const { out } = await command(["sessions", ...engines, "--since", "2h"]);
    const { sessions } = JSON.parse(out) as { sessions: { id: string }[] };
    expect(sessions.map(({ id }) => id)).toContain(sampleId);
    expect(await command(["doctor", ...engines])).toMatchObject({ code: 0 });
  });
});
