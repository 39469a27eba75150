import type { Journal } from "../journal/index.ts";
import type { Chunk } from "./chunk.ts";
import { farewell } from "./farewell.ts";
import type { Tally } from "./health.ts";
import { openTransport } from "./open-transport.ts";
import { ChunkQueue } from "./queue.ts";
import { Sender } from "./sender.ts";
import type { DeliverySettings } from "./settings.ts";

/** Everything that is encoded and not yet with the collector: in memory, and with a journal on disk as well. */
export class Outbox {
  readonly #settings: DeliverySettings;
  readonly #tally: Tally;
  readonly #journal: Journal | undefined;
  readonly #queue: ChunkQueue;
  readonly #sender: Sender;

  constructor(settings: DeliverySettings, tally: Tally, journal: Journal | undefined) {
    this.#settings = settings;
    this.#tally = tally;
    this.#journal = journal;
    this.#queue = new ChunkQueue(settings.queueBytes);
    this.#sender = new Sender(this.#queue, openTransport(settings), tally);
  }

  get bytes(): number {
    return this.#queue.bytes;
  }

  get empty(): boolean {
    return this.#queue.empty;
  }

  post(chunk: Chunk): void {
    const release = chunk.release ?? (() => this.#journal?.settled(chunk.id));
    const kept = { ...chunk, release };
    if (this.#queue.offer(kept)) this.#sender.kick();
    else this.#leave(kept, "queue_full");
  }

  /** Tries at once, and resolves when nothing is left or (with a limit) nobody listened so many times in a row. */
  async emptied(patience?: number): Promise<void> {
    this.#sender.hurry();
    await this.#sender.idle(patience);
  }

  /** For the end of the process: blocks until the collector has everything, or the time is over. */
  deliverNow(withinMs: number): void {
    const left = this.#queue.drain();
    for (const { chunk, answer } of farewell(this.#settings, left, withinMs)) {
      if (answer === undefined) this.#leave(chunk, "ended");
      else {
        this.#tally.answered(chunk, answer);
        chunk.release?.();
      }
    }
  }

  /** Nothing goes out any more. */
  close(): void {
    for (const chunk of this.#queue.drain()) this.#leave(chunk, "ended");
    this.#sender.stop();
    this.#journal?.close();
  }

  /** No room or no time. What is on disk is not lost: the next start sends it. */
  #leave(chunk: Chunk, reason: "queue_full" | "ended"): void {
    if (this.#journal === undefined) this.#tally.drop(reason, chunk.signal, chunk.records);
    else this.#tally.postponed[chunk.signal] += chunk.records;
  }
}
