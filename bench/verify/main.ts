/**
 * `npm run bench -- verify [records] [seed]`: a million records through the verifier in one pass. CPU time of verifying alone,
 * in chunks that alternate with making the records; heap after a collection where Node was started with --expose-gc.
 */
import { createVerifier } from "@throughline/core/verify";
import type { TelemetryRecord } from "@throughline/core/record";
import { fleet } from "./fleet.ts";

const CHUNK = 10_000;

export async function run(args: string[]): Promise<void> {
  const records = Number(args[0] ?? 1_000_000);
  const seed = Number(args[1] ?? 1);
  console.log(`${records} records in chunks of ${CHUNK}, seed ${seed}, Node ${process.version}\n`);
  const rows = [
    pass("clean", records, seed, 0),
    pass("one span in 100 lost its session", records, seed, 0.01),
  ];
  console.table(Object.fromEntries(rows));
}

function pass(
  name: string,
  records: number,
  seed: number,
  faulty: number,
): [string, Record<string, string | number>] {
  const source = fleet(seed, faulty);
  const verifier = createVerifier();
  const perRecord: number[] = [];
  let makingMs = 0;
  let peakHeap = 0;
  for (let done = 0; done < records; done += CHUNK) {
    const before = cpuMs();
    const chunk: TelemetryRecord[] = [];
    for (let n = 0; n < CHUNK; n++) chunk.push(source.next());
    const made = cpuMs();
    for (const record of chunk) verifier.add(record);
    const verified = cpuMs();
    makingMs += made - before;
    perRecord.push(((verified - made) * 1_000) / CHUNK);
    if (done % (CHUNK * 10) === 0) {
      globalThis.gc?.();
      peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
    }
  }
  const rest = source.rest();
  const before = cpuMs();
  for (const record of rest) verifier.add(record);
  const { findings, summary } = verifier.finish();
  const finishMs = cpuMs() - before;
  // The first tenth belongs to the compiler.
  const settled = perRecord.slice(perRecord.length / 10).toSorted((a, b) => a - b);
  const total = perRecord.reduce((sum, each) => sum + each * CHUNK, 0) / 1_000 + finishMs;
  return [
    name,
    {
      "µs/record": ((total * 1_000) / records).toFixed(2),
      median: (settled[settled.length >> 1] ?? 0).toFixed(2),
      spread: `${settled[0]?.toFixed(2)} … ${settled.at(-1)?.toFixed(2)}`,
      "making, µs/record": ((makingMs * 1_000) / records).toFixed(2),
      "at the end, ms": finishMs.toFixed(0),
      "peak heap, MB": (peakHeap / 1e6).toFixed(0),
      "decided early": summary.decided_early,
      findings: findings.length,
      carried: summary.membership.carried,
    },
  ];
}

/** All threads: the collector's too. */
function cpuMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1_000;
}
