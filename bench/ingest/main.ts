/**
 * `npm run bench -- ingest [--spans N] [--rounds N] [--load N] [--seed N]`: what it costs to make spans durable.
 *
 * The embedded store against the bare limits on the same bytes, interleaved, medians over rounds. `--load` then loads that many
 * spans in one go and tells memory and bytes. `npm run bench -- ingest crash` kills a writer 20 times. Only ratios within one
 * run mean anything.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agentSpans } from "../agent-spans.ts";
import { embeddedStore, rawAppend, skimAndCompress } from "./contenders.ts";
import { crash } from "./crash.ts";
import { load, median, type Measured, quantile } from "./load.ts";

export async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      spans: { type: "string", default: "50000" },
      rounds: { type: "string", default: "5" },
      load: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  if (positionals[0] === "crash") return crash(Number(values.seed));
  const seed = Number(values.seed);
  if (values.load === undefined) await compare(Number(values.spans), Number(values.rounds), seed);
  else await loadMany(Number(values.load), seed);
}

async function compare(spans: number, rounds: number, seed: number): Promise<void> {
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
    print(`${spans} spans a round, ${rounds} rounds, medians (spread)`, rows);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function loadMany(spans: number, seed: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "throughline-bench-"));
  try {
    const store = await embeddedStore(directory);
    const measured = await load(store, agentSpans(seed), spans);
    const perSpan = (await store.close()) / measured.spans;
    print(`${spans} spans in one go`, [
      [...rowOf(store.name, [measured], perSpan, 1), `${Math.round(measured.peakRss / 1e6)} MB`],
    ]);
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

function print(title: string, rows: readonly (readonly string[])[]): void {
  const table = [[...HEAD, rows[0]?.[HEAD.length] === undefined ? "" : "peak RSS"], ...rows];
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  console.log(`\n${title}`);
  for (const row of table)
    console.log(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0),
        )
        .join("   ")
        .trimEnd(),
    );
}
