import { Worker } from "node:worker_threads";
import type { ReaderLoad } from "../../measures.ts";
import { ReadRefusal } from "../../refusal.ts";
import type { Day } from "../days/day.ts";
import type {
  Answer,
  Asked,
  FromReader,
  QuestionName,
  ReaderSettings,
  ToReader,
} from "./protocol.ts";

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly budgetMs: number;
}

/** What is made for an answer is garbage after it; a larger nursery only takes memory, by default 48 MB a thread. */
const YOUNG_MB = 16;
/** See the writer's: below 2 GB heaps grow less before they are collected. */
const OLD_MB = 1_024;

/** A question on its way. */
interface Pending {
  readonly message: ToReader & { readonly type: "ask" };
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

export interface LaneOptions extends Omit<ReaderSettings, "days"> {
  /** Questions worked on by turns, and those that wait. */
  readonly atOnce: number;
  readonly waiting: number;
  readonly onDamage: (day: Day, why: string) => void;
}

/**
 * One reader thread and the questions before it. Started when first asked, and again after it died. Look-ups and scans have a
 * lane each: whatever somebody searches for, a session still opens at once.
 */
export class Lane {
  readonly #options: LaneOptions;
  #days: readonly Day[] = [];
  #worker: Worker | undefined;
  readonly #running = new Map<number, Pending>();
  #queue: Pending[] = [];
  #next = 1;
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  async ask<N extends QuestionName>(
    name: N,
    asked: Asked<N>,
    { budgetMs, signal }: AskOptions,
  ): Promise<Answer<N>> {
    if (this.#closed) throw new ReadRefusal("closing", "The store is closing.");
    if (this.#queue.length >= this.#options.waiting)
      throw new ReadRefusal("busy", "Too many questions wait for an answer; try again shortly.");
    signal?.throwIfAborted();
    const answer = await new Promise<unknown>((resolve, reject) => {
      const id = this.#next++;
      const onAbort = (): void => this.#cancel(id);
      signal?.addEventListener("abort", onAbort, { once: true });
      const message = { type: "ask", id, name, asked, budgetMs } as const;
      this.#queue.push({ message, resolve, reject, signal, onAbort });
      this.#go();
    });
    // Written by the reader as an answer to this very question.
    return answer as Answer<N>;
  }

  /** Starts the thread before the first question. */
  start(): void {
    this.#worker ??= this.#begin();
  }

  get load(): ReaderLoad {
    return { running: this.#running.size, waiting: this.#queue.length };
  }

  setDays(days: readonly Day[]): void {
    this.#days = days;
    this.#say({ type: "days", days });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end(new ReadRefusal("closing", "The store is closing."));
    const worker = this.#worker;
    if (worker === undefined) return;
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    // Where nothing else keeps the process, it would end before this has.
    worker.ref();
    this.#say({ type: "close" });
    await gone;
  }

  #go(): void {
    while (this.#running.size < this.#options.atOnce) {
      const pending = this.#queue.shift();
      if (pending === undefined) return;
      this.#running.set(pending.message.id, pending);
      this.start();
      this.#say(pending.message);
    }
  }

  #begin(): Worker {
    const { directory, silenceMs } = this.#options;
    const workerData: ReaderSettings = { directory, silenceMs, days: this.#days };
    const worker = new Worker(workerFile(), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    worker.on("message", (message: FromReader) => this.#hear(message));
    const fell = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#end(new ReadRefusal("failed", why));
    };
    worker.on("error", (error) => fell(`A reader failed: ${error.message}`));
    worker.on("exit", () => fell("A reader ended before it answered."));
    // Whoever only reads must be able to exit without closing.
    worker.unref();
    return worker;
  }

  #hear(message: FromReader): void {
    if (message.type === "damaged") {
      this.#options.onDamage(message.day, message.why);
      return;
    }
    const pending = this.#settle(message.id);
    if (message.type === "answer") pending?.resolve(JSON.parse(message.json));
    else if (message.type === "value") pending?.resolve(message.value);
    else pending?.reject(new ReadRefusal(message.kind, message.message));
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#running.get(id);
    this.#running.delete(id);
    pending?.signal?.removeEventListener("abort", pending.onAbort);
    this.#go();
    return pending;
  }

  #cancel(id: number): void {
    const queued = this.#queue.find(({ message }) => message.id === id);
    this.#queue = this.#queue.filter((pending) => pending !== queued);
    if (queued === undefined) this.#say({ type: "cancel", id });
    const pending = queued ?? this.#settle(id);
    const reason: unknown = pending?.signal?.reason;
    pending?.reject(reason instanceof Error ? reason : new ReadRefusal("closing", "Cancelled."));
  }

  #end(reason: ReadRefusal): void {
    const all = [...this.#running.values(), ...this.#queue];
    this.#running.clear();
    this.#queue = [];
    for (const { onAbort, reject, signal } of all) {
      signal?.removeEventListener("abort", onAbort);
      reject(reason);
    }
  }

  #say(message: ToReader): void {
    this.#worker?.postMessage(message);
  }
}

/** TypeScript when it runs from source, JavaScript when it was built. */
function workerFile(): URL {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./worker.${ending}`, import.meta.url);
}
