/**
 * `npm run bench -- read [--spans N] [--rounds N] [--data DIR] [--seed N]`: what readers wait for, with the store at rest and with
 * 10,000 spans a second coming in.
 *
 * Fills an embedded store with agent sessions of 50 spans (1,000,000 spans, 20,000 sessions), then opens random sessions, lists the
 * last hour, searches, and follows live, all through SessionReader. `--data` keeps the store and takes it up again. The full bar
 * is `--spans 5000000`. The rows at rest and under load alternate; only ratios within one run mean anything.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type EmbeddedHome, openEmbeddedHome } from "@throughline/store";
import { numbers } from "../lib/seeded.ts";
import { printTable } from "../sdk/table.ts";
import { fill } from "./fill.ts";
import { Inflow } from "./inflow.ts";
import { allIds, measure, type Times } from "./measure.ts";

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      spans: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
      data: { type: "string" },
      rate: { type: "string", default: "10000" },
    },
  });
  const directory = values.data ?? mkdtempSync(join(tmpdir(), "throughline-bench-read-"));
  const kept = existsSync(directory) && readdirSync(directory).length > 0;
  const seed = Number(values.seed);
  // Sessions are compacted once they are quiet; a minute of that is not what is measured.
  const home = await openEmbeddedHome({ directory, quietMs: 1_000, report: console.error });
  try {
    if (!kept) await fill(home, Number(values.spans), seed);
    await settle(directory);
    await compare(home, Number(values.rounds), Number(values.rate), seed);
  } finally {
    await home.close();
    if (values.data === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/** Waits until the store has done what it does while nothing comes in. */
async function settle(directory: string): Promise<void> {
  const began = performance.now();
  let before = "";
  for (;;) {
    const state = readdirSync(directory)
      .map((name) => statSync(join(directory, name)))
      .map(({ mtimeMs, size }) => `${mtimeMs} ${size}`)
      .join();
    if (state === before) break;
    before = state;
    await setTimeout(SETTLED_MS);
  }
  console.log(`settled after ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

const SETTLED_MS = 5_000;

async function compare(
  home: EmbeddedHome,
  rounds: number,
  rate: number,
  seed: number,
): Promise<void> {
  const ids = await allIds(home.reader);
  console.log(`${ids.length} sessions`);
  const random = numbers(seed + 17);
  // A store that is taken up again knows the requests of its last run: they would be told as repeated.
  const inflow = new Inflow(home, rate, seed + ids.length);
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
    `milliseconds, ${rounds} rounds; on the right ${rate} spans a second come in`,
    ["", ...NAMES, ...BUSY_NAMES, "p50 ×"],
    questions.map((question) => {
      const rest = all(quiet, question);
      const load = all(busy, question);
      const times = quantile(load, 0.5) / quantile(rest, 0.5);
      return [question, ...shares(rest, 2), ...shares(load, 2), times.toFixed(2)];
    }),
  );
  const { acknowledged, delays, seconds, sent } = inflow;
  printTable(
    `milliseconds after sending, ${Math.round(sent / seconds)} spans a second, every record followed`,
    ["", ...NAMES, "of"],
    [
      ["acknowledged", ...shares(acknowledged, 0), `${acknowledged.length} requests`],
      ["told live", ...shares(delays, 0), `${delays.length} records`],
    ],
  );
}

const SHARES: readonly (readonly [name: string, share: number])[] = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["max", 1],
];

const NAMES = SHARES.map(([name]) => name);
const BUSY_NAMES = NAMES.map((name) => `${name} busy`);

function shares(values: readonly number[], digits: number): string[] {
  return SHARES.map(([, share]) => quantile(values, share).toFixed(digits));
}

function all(rounds: readonly Times[], question: string): number[] {
  return rounds.flatMap((times) => times[question] ?? []);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
