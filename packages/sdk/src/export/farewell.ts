import { accessSync } from "node:fs";

import type { FinalAnswer } from "./answer.ts";
import type { Chunk } from "./chunk.ts";
import type { DeliverySettings } from "./settings.ts";

export interface Fate {
  readonly chunk: Chunk;
  /** Undefined when there was none in time. */
  readonly answer: FinalAnswer | undefined;
}

export interface FarewellData {
  readonly settings: DeliverySettings;
  readonly chunks: readonly Pick<Chunk, "signal" | "body">[];
  /**
   * Two numbers a chunk: whether it was answered (1 delivered, 2 refused), and how many of its records were rejected. One
   * more at the end says that the worker is done.
   */
  readonly report: Int32Array<SharedArrayBuffer>;
  readonly until: number;
}

/**
 * Delivers while the event loop no longer turns: in the `exit` event a worker thread sends and this thread waits for it.
 * About 50 ms, most of it the start of the thread. A host that was bundled into one file, or may start no threads, keeps the
 * journal as the way out.
 */
export function farewell(
  settings: DeliverySettings,
  chunks: readonly Chunk[],
  withinMs: number,
): readonly Fate[] {
  const report = new Int32Array(new SharedArrayBuffer((chunks.length * 2 + 1) * 4));
  try {
    startWorker({
      settings,
      chunks: chunks.map(({ signal, body }) => ({ signal, body })),
      report,
      until: Date.now() + withinMs,
    });
    Atomics.wait(report, chunks.length * 2, 0, withinMs);
  } catch {
    // Nothing is answered then, and that is counted.
  }
  return chunks.map((chunk, i) => ({ chunk, answer: answerIn(report, i * 2) }));
}

function startWorker(workerData: FarewellData): void {
  const here = import.meta.url;
  const file = new URL(`./farewell-worker${here.slice(here.lastIndexOf("."))}`, here);
  // A worker whose file is missing says so in an event, which nobody would wait for any more.
  accessSync(file);
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  // No arguments inherited: a host's `--import ./telemetry.js` would set up telemetry in the worker too.
  const quiet = { execArgv: [], env: {}, stdout: true, stderr: true };
  new Worker(file, { workerData, ...quiet }).unref();
}

function answerIn(report: Int32Array, at: number): FinalAnswer | undefined {
  const answered = Atomics.load(report, at);
  if (answered === 0) return undefined;
  return answered === 1
    ? { kind: "delivered", rejected: Atomics.load(report, at + 1), message: "" }
    : { kind: "never", message: "" };
}
