import type { AgentSpans } from "../lib/agent-spans.ts";
import type { Body, Contender } from "./contenders.ts";

export const BATCH = 500;
/** Requests that wait for their acknowledgement at once. */
const AT_ONCE = 32;
/** Made ahead, so that making them can be told from storing them. */
const AHEAD = 20;

export interface Measured {
  readonly spans: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Microseconds of CPU a span on all threads, without making the spans. */
  readonly cpu: number;
  /** Milliseconds from append to acknowledgement. */
  readonly latencies: readonly number[];
  readonly peakRss: number;
}

/** Sends spans as fast as they are acknowledged. */
export async function load(
  contender: Contender,
  agents: AgentSpans,
  spans: number,
): Promise<Measured> {
  const latencies: number[] = [];
  const pending = new Set<Promise<void>>();
  let made = 0;
  let bytes = 0;
  let making = 0;
  let peakRss = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let paused = 0;
  while (made < spans) {
    const makingSince = performance.now();
    const cpuSince = threadCpu();
    const bodies: Body[] = [];
    for (; bodies.length < AHEAD && made < spans; made += BATCH)
      bodies.push(own(agents.request(BATCH)));
    making += threadCpu() - cpuSince;
    paused += performance.now() - makingSince;
    for (const body of bodies) {
      bytes += body.byteLength;
      const acknowledged = timed(contender, body, latencies).finally(() =>
        pending.delete(acknowledged),
      );
      pending.add(acknowledged);
      if (pending.size >= AT_ONCE) await Promise.race(pending);
    }
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }
  await Promise.all(pending);
  const elapsed = performance.now() - start - paused;
  const { system, user } = process.cpuUsage(cpuBefore);
  return {
    spans: made,
    bytes,
    seconds: elapsed / 1000,
    cpu: (system + user - making) / made,
    latencies: latencies.toSorted((one, other) => one - other),
    peakRss,
  };
}

async function timed(contender: Contender, body: Body, latencies: number[]): Promise<void> {
  const sent = performance.now();
  await contender.append(body);
  latencies.push(performance.now() - sent);
}

function threadCpu(): number {
  const { system, user } = process.threadCpuUsage();
  return system + user;
}

/** Memory of its own, as a server's body has: it is handed over. */
function own(bytes: Uint8Array): Body {
  return new Uint8Array(bytes);
}

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    0.5,
  );
}
