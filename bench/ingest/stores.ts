import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentSpans } from "../lib/agent-spans.ts";
import { printTable } from "../sdk/table.ts";
import { embeddedStore, rawAppend, skimAndCompress } from "./contenders.ts";
import { load, median, type Measured, quantile } from "./load.ts";

/** The store without HTTP, beside what any store would have to do at least: the same bytes, interleaved, medians. */
export async function compareStores(spans: number, rounds: number, seed: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "throughline-bench-"));
  try {
    const contenders = [
      rawAppend(directory),
      skimAndCompress(directory),
      await embeddedStore(directory),
    ];
    const outcomes = contenders.map((): Measured[] => []);
    // Two rounds more: in the first the compiler is still learning.
    for (let round = 0; round < rounds + 2; round++)
      for (const [index, contender] of contenders.entries()) {
        const measured = await load(contender, agentSpans(seed + round), spans);
        if (round >= 2) outcomes[index]?.push(measured);
      }
    const raw = median((outcomes[0] ?? []).map(({ cpu }) => cpu));
    const rows: string[][] = [];
    for (const [index, contender] of contenders.entries()) {
      const perSpan = (await contender.close()) / (spans * (rounds + 2));
      rows.push(rowOf(contender.name, outcomes[index] ?? [], perSpan, raw));
    }
    printTable(`${spans} spans a round, ${rounds} rounds, medians (spread)`, HEAD, rows);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const HEAD = [
  "",
  "CPU µs/span",
  "spread",
  "spans/s",
  "ack p50 ms",
  "ack p99 ms",
  "B/span",
  "of OTLP",
];

function rowOf(name: string, all: readonly Measured[], disk: number, raw: number): string[] {
  const cpus = all.map(({ cpu }) => cpu).toSorted((one, other) => one - other);
  const of = (read: (measured: Measured) => number): number => median(all.map(read));
  return [
    name,
    median(cpus).toFixed(1),
    `${cpus[0]?.toFixed(1)} … ${cpus.at(-1)?.toFixed(1)}`,
    (median(cpus) / raw).toFixed(1),
    of(({ seconds, spans }) => spans / seconds).toFixed(0),
    of(({ latencies }) => quantile(latencies, 0.5)).toFixed(0),
    of(({ latencies }) => quantile(latencies, 0.99)).toFixed(0),
    disk.toFixed(0),
    `${((disk / of(({ bytes, spans }) => bytes / spans)) * 100).toFixed(0)} %`,
  ];
}
