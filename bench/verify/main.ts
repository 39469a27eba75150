/**
 * `npm run bench -- verify [records] [seed]`: a million records through the verifier in one pass: clean, with faults, and read
 * as the command reads them, whose emitters may be anybody. CPU time in chunks that take turns with making the records and with
 * decoding spans of the codec benchmark: the ratio to decoding holds on any machine. The median chunk only takes records up; one in
 * four also decides what is oldest. "In all" is what verifying adds to a whole process, the collector's work at any time too.
 * Heap after a collection where Node was started with --expose-gc.
 */
import { decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";
import { createVerifier, everyDialect } from "@throughline/core/verify";
import { agentSpans } from "../lib/agent-spans.ts";
import { fleet } from "./fleet.ts";
import { addedByVerifying, type Telemetry } from "./whole.ts";

const CHUNK = 10_000;
const DECODED = 500;

export async function run(args: string[]): Promise<void> {
  const records = Number(args[0] ?? 1_000_000);
  const seed = Number(args[1] ?? 1);
  console.log(`${records} records in chunks of ${CHUNK}, seed ${seed}, Node ${process.version}\n`);
  console.table({
    clean: pass({ records, seed, faulty: 0, anybody: false }),
    "1 % of spans lost the id": pass({ records, seed, faulty: 0.01, anybody: false }),
    "in every dialect": pass({ records, seed, faulty: 0, anybody: true }),
  });
}

function pass(telemetry: Telemetry): Record<string, string | number> {
  const { anybody, faulty, records, seed } = telemetry;
  const inAll = addedByVerifying(telemetry);
  const source = fleet(seed, faulty);
  const wire = agentSpans(seed).request(DECODED);
  const verifier = createVerifier(anybody ? everyDialect() : {});
  const verifying: number[] = [];
  const decoding: number[] = [];
  let peakHeap = 0;
  for (let done = 0; done < records; done += CHUNK) {
    const chunk: TelemetryRecord[] = [];
    for (let n = 0; n < CHUNK; n++) chunk.push(source.next());
    verifying.push(
      perRecord(CHUNK, () => {
        for (const record of chunk) verifier.add(record);
      }),
    );
    decoding.push(perRecord(DECODED, () => [...recordsOf(decodeTraces(wire))]));
    if (done % (CHUNK * 10) === 0) {
      globalThis.gc?.();
      peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
    }
  }
  const rest = source.rest();
  const ending = perRecord(1, () => {
    for (const record of rest) verifier.add(record);
    verifier.finish();
  });
  const { findings, summary } = verifier.report();
  const verified = spread(verifying);
  const decoded = spread(decoding);
  return {
    "verify, µs": verified.median.toFixed(2),
    spread: `${verified.fastest.toFixed(2)} … ${verified.slowest.toFixed(2)}`,
    "in all, µs": `${inAll[1]?.toFixed(2)} [${inAll[0]?.toFixed(2)} … ${inAll.at(-1)?.toFixed(2)}]`,
    "decode, µs": decoded.median.toFixed(2),
    "verify / decode": (verified.median / decoded.median).toFixed(2),
    "finish, ms": (ending / 1_000).toFixed(0),
    "peak heap, MB": (peakHeap / 1e6).toFixed(0),
    "decided early": summary.decided_early,
    findings: findings.length,
  };
}

/** Microseconds of CPU, of all threads: the collector's too. */
function perRecord(records: number, work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { system, user } = process.cpuUsage(before);
  return (system + user) / records;
}

/** Without the first tenth, which belongs to the compiler. */
function spread(all: readonly number[]): {
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
} {
  const sorted = all.slice(all.length / 10).toSorted((a, b) => a - b);
  return {
    median: sorted[sorted.length >> 1] ?? 0,
    fastest: sorted[0] ?? 0,
    slowest: sorted.at(-1) ?? 0,
  };
}
