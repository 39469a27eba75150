import { setTimeout as wait } from "node:timers/promises";

import { takeLeftovers } from "../journal/index.ts";
import type { Chunk } from "./chunk.ts";
import { quietly } from "./quiet.ts";

export interface RecoveryOptions {
  readonly folder: string;
  /** Whether the queue has room beside what the living process needs. */
  readonly hasRoom: () => boolean;
  readonly out: (chunk: Chunk) => void;
}

const pauseMs = 100;

/**
 * Sends what processes that are gone left in the journal, a segment at a time. What does not get out before this process
 * ends stays on disk for the next.
 */
export class Recovery {
  recovered = 0;
  interrupted = 0;
  #stopped = false;

  constructor(options: RecoveryOptions) {
    // Later, so that starting telemetry does not wait for a disk.
    quietly(() => setImmediate(() => void this.#run(options))).unref();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run({ folder, hasRoom, out }: RecoveryOptions): Promise<void> {
    for (const { chunks, recovered, interrupted } of takeLeftovers(folder)) {
      this.recovered += recovered;
      this.interrupted += interrupted;
      for (const chunk of chunks) out(chunk);
      while (!hasRoom() && !this.#stopped) await wait(pauseMs, undefined, { ref: false });
      if (this.#stopped) return;
    }
  }
}
