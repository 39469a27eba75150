/**
 * `npm run bench -- read [--spans N] [--rounds N] [--data DIR] [--seed N]`: what readers wait for, with the store at rest and with
 * 10,000 spans a second coming in.
 *
 * Fills an embedded store with agent sessions of 50 spans (1,000,000 spans, 20,000 sessions), then opens random sessions, lists the
 * last hour, searches, and follows live, all through SessionReader. `--data` keeps the store and takes it up again. The full bar
 * is `--spans 5000000`. The rows at rest and under load alternate; only ratios within one run mean anything.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type EmbeddedHome, openEmbeddedHome } from "@throughline/store";
import { numbers } from "../lib/seeded.ts";
import { printTable } from "../sdk/table.ts";
import { fill } from "./fill.ts";
import { Inflow } from "./inflow.ts";
import { allIds, measure, type Times } from "./measure.ts";

const RATE = 10_000;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      spans: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
      data: { type: "string" },
    },
  });
  const directory = values.data ?? mkdtempSync(join(tmpdir(), "throughline-bench-read-"));
  const kept = existsSync(directory) && readdirSync(directory).length > 0;
  const seed = Number(values.seed);
  const home = await openEmbeddedHome({ directory, report: console.error });
  try {
    if (!kept) await fill(home, Number(values.spans), seed);
    await compare(home, Number(values.rounds), seed);
  } finally {
    await home.close();
    if (values.data === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

async function compare(home: EmbeddedHome, rounds: number, seed: number): Promise<void> {
  const ids = await allIds(home.reader);
  console.log(`${ids.length} sessions`);
  const random = numbers(seed + 17);
  const inflow = new Inflow(home, RATE, seed + 1_000);
  const quiet: Times[] = [];
  const busy: Times[] = [];
  // One round more: in the first the compiler is still learning and the caches are empty.
  for (let round = 0; round <= rounds; round++) {
    const atRest = await measure(home.reader, ids, random);
    const stop = inflow.start();
    const underLoad = await measure(home.reader, ids, random);
    await stop();
    if (round === 0) {
      inflow.forget();
      continue;
    }
    quiet.push(atRest);
    busy.push(underLoad);
  }
  const questions = Object.keys(quiet[0] ?? {});
  printTable(
    `milliseconds, ${rounds} rounds, ${RATE} spans a second come in on the right`,
    ["", "p50", "p99", "max", "p50 busy", "p99 busy", "max busy", "p50 ×"],
    questions.map((question) => {
      const rest = all(quiet, question);
      const load = all(busy, question);
      return [
        question,
        ...[0.5, 0.99, 1].map((share) => quantile(rest, share).toFixed(2)),
        ...[0.5, 0.99, 1].map((share) => quantile(load, share).toFixed(2)),
        (quantile(load, 0.5) / quantile(rest, 0.5)).toFixed(2),
      ];
    }),
  );
  const { acknowledged, delays, sent, seconds } = inflow;
  printTable(
    `live, every record of ${Math.round(sent / seconds)} spans a second, from append to event`,
    ["", "p50", "p99", "max", "events"],
    [
      [
        "event",
        ...[0.5, 0.99, 1].map((share) => quantile(delays, share).toFixed(0)),
        `${delays.length}`,
      ],
      [
        "acknowledgement",
        ...[0.5, 0.99, 1].map((share) => quantile(acknowledged, share).toFixed(0)),
        "",
      ],
    ],
  );
}

function all(rounds: readonly Times[], question: string): number[] {
  return rounds.flatMap((times) => times[question] ?? []);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
