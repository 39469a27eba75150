/**
 * `npm run bench -- verify [records] [seed]`: a file of a million records, as a fleet of agents sends them, through whole
 * processes that take turns: one decodes it, the other decodes and verifies it. What verifying takes is the difference in CPU time of
 * all threads, so that compiling, deciding and the garbage collector's work at any time are in it; the ratio to decoding holds on
 * any machine. Clean, with faults, and read as the command reads it, whose emitters may be anybody. Memory of processes of their own,
 * the heap after a collection each 100,000 records.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { writeFleet } from "./otlp-file.ts";

const PROGRAM = fileURLToPath(new URL("programs/pass.ts", import.meta.url));
const ROUNDS = 7;

/** What a process says of its pass. */
export interface Pass {
  readonly records: number;
  /** Microseconds. */
  readonly cpu: number;
  readonly peakRss: number;
  /** Where collections were asked for. */
  readonly peakHeap: number;
  readonly early: number;
  readonly findings: number;
}

export async function run(args: string[]): Promise<void> {
  const records = Number(args[0] ?? 1_000_000);
  const seed = Number(args[1] ?? 1);
  const folder = mkdtempSync(join(tmpdir(), "bench-verify-"));
  try {
    const clean = join(folder, "clean.otlp");
    const faulty = join(folder, "faulty.otlp");
    writeFleet(clean, records, seed, 0);
    writeFleet(faulty, records, seed, 0.01);
    const mb = (statSync(clean).size / 1e6).toFixed(0);
    console.log(`${records} records in ${mb} MB of OTLP, seed ${seed}, Node ${process.version}\n`);
    console.table({
      clean: compare(clean, false),
      "1 % of spans lost the id": compare(faulty, false),
      "in every dialect": compare(clean, true),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(file: string, anybody: boolean): Record<string, string | number> {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    decoding: pass("decode", file, anybody),
    both: pass("verify", file, anybody),
  }));
  const decode = spread(rounds.map(({ decoding }) => perRecord(decoding)));
  const both = spread(rounds.map((round) => perRecord(round.both)));
  // What disturbs a process comes and goes within seconds: it is kept out better by two medians than by one of differences.
  const verify = both.median - decode.median;
  const collected = pass("verify", file, anybody, ["--expose-gc"]);
  return {
    "verify, µs": verify.toFixed(2),
    "decode, µs": decode.median.toFixed(2),
    "verify / decode": (verify / decode.median).toFixed(2),
    "both, µs": `${both.median.toFixed(2)} [${both.least.toFixed(2)} … ${both.most.toFixed(2)}]`,
    "decode alone": `[${decode.least.toFixed(2)} … ${decode.most.toFixed(2)}]`,
    "peak heap, MB": (collected.peakHeap / 1e6).toFixed(0),
    "peak memory, MB": (Math.max(...rounds.map((round) => round.both.peakRss)) / 1e6).toFixed(0),
    "decided early": collected.early,
    findings: collected.findings,
  };
}

function perRecord({ cpu, records }: Pass): number {
  return cpu / records;
}

function pass(
  what: "decode" | "verify",
  file: string,
  anybody: boolean,
  flags: readonly string[] = [],
): Pass {
  const said = execFileSync(
    process.execPath,
    [...process.execArgv, ...flags, PROGRAM, what, file, `${anybody}`],
    { encoding: "utf8" },
  );
  return JSON.parse(said) as Pass;
}

function spread(all: readonly number[]): {
  readonly median: number;
  readonly least: number;
  readonly most: number;
} {
  const sorted = all.toSorted((a, b) => a - b);
  return {
    median: sorted[sorted.length >> 1] ?? 0,
    least: sorted[0] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
