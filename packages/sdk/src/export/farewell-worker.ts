import { setTimeout as wait } from "node:timers/promises";
import { workerData } from "node:worker_threads";

import { backOffMs, type FinalAnswer } from "./answer.ts";
import type { FarewellData } from "./farewell.ts";
import { openTransport } from "./open-transport.ts";

/** The other side of farewell.ts: runs in a thread of its own while the main thread waits at its end. */

/** A collector that nobody runs is found out in 0.3 s; one that restarts gets all the time there is. */
const attempts = 3;

const { settings, chunks, report, until } = workerData as FarewellData;
const transport = openTransport(settings);
// Sockets and timers of delivery hold no process; this thread lives until its work is done.
const alive = setInterval(() => {}, 1_000);
await Promise.all(chunks.map(deliver));
Atomics.store(report, chunks.length * 2, 1);
Atomics.notify(report, chunks.length * 2);
clearInterval(alive);
transport.close();

async function deliver(chunk: FarewellData["chunks"][number], i: number): Promise<void> {
  for (let attempt = 1; Date.now() < until; attempt++) {
    const answer = await transport.send(chunk.signal, chunk.body);
    if (answer.kind !== "later") return settle(i, answer);
    if (attempt === attempts && answer.nobody === true) return;
    const ms = answer.afterMs ?? backOffMs(attempt);
    if (Date.now() + ms >= until) return;
    await wait(ms);
  }
}

function settle(i: number, answer: FinalAnswer): void {
  Atomics.store(report, i * 2 + 1, answer.kind === "delivered" ? answer.rejected : 0);
  Atomics.store(report, i * 2, answer.kind === "delivered" ? 1 : 2);
}
