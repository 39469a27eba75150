import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processUse } from "./process-use.ts";
import type { Sent } from "./programs/sender.ts";
import type { Served } from "./served.ts";

export interface Round extends Sent {
  readonly cpuMicros: number;
  readonly peakRss: number;
  /** While it took them in, evenly spaced. */
  readonly rss: readonly number[];
}

/** Requests that wait for their acknowledgement at once. */
const AT_ONCE = 32;
const SENDER = fileURLToPath(new URL("programs/sender.ts", import.meta.url));
/** Who acknowledges before it has stored is waited for until it used next to nothing for this long, or for MOST_MS. */
const QUIET_MS = 500;
const QUIET_SECONDS = 0.05;
const MOST_MS = 20_000;
const SAMPLE_MS = 100;

/** Feeds a server from another process. The others stand still meanwhile. */
export async function feed(served: Served, spans: number, seed: number): Promise<Round> {
  const { pid = 0 } = served.process;
  const sender = fork(SENDER, [served.traces, `${spans}`, `${seed}`, `${AT_ONCE}`], {
    execArgv: process.execArgv,
  });
  const failed = once(sender, "exit").then(([code]) => {
    throw new Error(`sending to ${served.name} ended with ${String(code)}`);
  });
  await Promise.race([once(sender, "message"), failed]);
  served.process.kill("SIGCONT");
  const before = processUse(pid);
  const rss = [before.rss];
  const sampling = setInterval(() => rss.push(processUse(pid).rss), SAMPLE_MS);
  try {
    sender.send("go");
    const [sent] = (await Promise.race([once(sender, "message"), failed])) as [Sent];
    failed.catch(() => {});
    if (served.owes === true) await quiet(pid);
    else await wait(QUIET_MS);
    const after = processUse(pid);
    const cpuMicros = ((after.cpuSeconds - before.cpuSeconds) * 1e6) / sent.spans;
    return { ...sent, cpuMicros, peakRss: rss.reduce((most, each) => Math.max(most, each)), rss };
  } finally {
    clearInterval(sampling);
    served.process.kill("SIGSTOP");
  }
}

async function quiet(pid: number): Promise<void> {
  let use = processUse(pid);
  for (const giveUp = performance.now() + MOST_MS; performance.now() < giveUp;) {
    await wait(QUIET_MS);
    const now = processUse(pid);
    if (now.cpuSeconds - use.cpuSeconds <= QUIET_SECONDS) return;
    use = now;
  }
}

/** Between questions, as people ask them. */
const PAUSE_MS = 2;
const OPENED = 100;
/** An answer without a record in it is shorter. */
const EMPTY_BYTES = 100;
/** Not counted: compilers are still learning, and caches are empty. */
const WARM_UP = 0.3;

export interface Opened {
  /** Milliseconds from asking to the last byte of the answer. */
  readonly times: readonly number[];
  /** Acknowledged, and not to be had. */
  readonly missing: number;
}

export async function openEach(served: Served, rounds: readonly Round[]): Promise<Opened> {
  const { open } = served;
  if (open === undefined) return { times: [], missing: 0 };
  served.process.kill("SIGCONT");
  const ids = rounds
    .flatMap(({ sessions, traces }) => (open.what === "session" ? sessions : traces))
    .slice(-OPENED);
  const times: number[] = [];
  let missing = 0;
  for (const id of ids) {
    const asked = performance.now();
    const answer = await fetch(open.url(id));
    const { byteLength } = await answer.arrayBuffer();
    if (answer.ok && byteLength > EMPTY_BYTES) times.push(performance.now() - asked);
    else missing++;
    await wait(PAUSE_MS);
  }
  served.process.kill("SIGSTOP");
  return { times: times.slice(times.length * WARM_UP), missing };
}
