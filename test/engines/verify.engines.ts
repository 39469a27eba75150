import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeLogs, encodeTraces, logsFromJson, tracesFromJson } from "@throughline/core/otlp";
import type { Finding, VerifyReport } from "@throughline/core/verify";
import { openGrafanaHome } from "@throughline/store";
import { expect, test } from "vitest";

import { ran } from "../../packages/cli/test/support/ran.ts";
import { startLoki } from "./loki.ts";
import { shown } from "./shown.ts";
import { startSplitter } from "./splitter.ts";
import { startTempo } from "./tempo.ts";

const agents = new URL("../fixtures/agents/", import.meta.url);

/**
 * Codex is left out: one of its spans has the attribute `thread.id` twice, a thread's number and the session; Tempo compares the
 * first of the two, so that the trace in which nothing else names the session is not found.
 */
const recordings = ["claude-code-two-turns", "gemini-cli-two-turns", "qwen-code-two-turns"];

/** A recorded agent's requests, as if it had run a minute ago: engines look for what is recent. */
function requestsOf(name: string, signal: "traces" | "logs"): readonly string[] {
  const text = readFileSync(new URL(`${name}/${signal}.jsonl`, agents), "utf8");
  const times = /(UnixNano":")(\d{19})"/g;
  const first = [...text.matchAll(times)].map(([, , ns = ""]) => BigInt(ns)).reduce(least);
  const shift = BigInt(Date.now() - 60_000) * 1_000_000n - first;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line.replaceAll(times, (_, key: string, ns: string) => `${key}${BigInt(ns) + shift}"`),
    );
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

/** Waits until a session is over, which a file is as it stands. */
const untilOver: ReadonlySet<string> = new Set(["C05", "C11", "C13"]);

/** Whether the engines keep what it takes to see it. */
function isTold({ message, rule }: Finding): boolean {
  // Loki folds the attribute event.name and the field EventName into one, and a resource's session.id and a record's.
  if (rule === "C02" || message.includes("attribute event.name")) return false;
  return !untilOver.has(rule);
}

async function told(...argv: readonly string[]): Promise<readonly string[]> {
  const { code, err, out } = await ran(["verify", ...argv, "-o", "json"]);
  expect([code, err]).toEqual([5, ""]);
  const { findings } = JSON.parse(out) as VerifyReport;
  return findings
    .filter(isTold)
    .map((finding) => JSON.stringify({ ...finding, examples: [] }))
    .toSorted();
}

test("verify finds the same in real Loki and Tempo as in a file", async () => {
  const [tempo, loki] = await Promise.all([startTempo(), startLoki()]);
  const splitter = await startSplitter(tempo.otlp, `${loki.url}/otlp`);
  const folder = await mkdtemp(join(tmpdir(), "throughline-engines-"));
  const home = openGrafanaHome({ tempo: tempo.url, loki: loki.url, forward: splitter.url });
  try {
    const files: string[] = [];
    for (const name of recordings)
      for (const signal of ["traces", "logs"] as const) {
        const lines = requestsOf(name, signal);
        const file = join(folder, `${name}-${signal}.jsonl`);
        await writeFile(file, lines.join("\n"));
        files.push("--file", file);
        const deliveries = lines.map((line) => ({
          signal,
          body: (signal === "traces"
            ? encodeTraces(tracesFromJson(line))
            : encodeLogs(logsFromJson(line))
          ).slice(),
        }));
        for (const each of deliveries)
          await home.writer?.append({ ...each, body: each.body.slice() });
        await shown(tempo.url, deliveries);
      }
    const expected = await told(...files);
    const kept = await told("--since", "1h", "--tempo", tempo.url, "--loki", loki.url);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept).toEqual(expected);
  } finally {
    await home.close();
    await splitter.close();
    await Promise.all([tempo.stop(), loki.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
});
