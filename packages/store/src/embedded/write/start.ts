import { Worker } from "node:worker_threads";
import type { Delivery, Receipt, SessionWriter } from "../../home.ts";
import type { CommitMeasure } from "../../measures.ts";
import { StoreRefusal } from "../../refusal.ts";
import type { EmbeddedOptions, EmbeddedWriter } from "../open.ts";
import type { Day } from "../days/day.ts";
import {
  type CommitNotice,
  type FromWriter,
  NOTICE_STRIDE,
  type Settled,
  type ToWriter,
  type WriterSettings,
} from "./protocol.ts";

const WAITING_BYTES = 64 * 1024 * 1024;
/** What is made for a span is garbage after its commit; a larger nursery only takes memory. */
const YOUNG_MB = 16;
/** Far more than it ever holds (60 MB). Below 2 GB V8 collects before the heap has doubled, not only when it is four times as large. */
const OLD_MB = 1_024;

interface Waiting {
  readonly bytes: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (reason: StoreRefusal) => void;
}

export type Writing = Omit<EmbeddedWriter, "directory">;

/** Starts the writer's thread and stands for it on this side. */
export async function startWriter(options: EmbeddedOptions): Promise<Writing> {
  const settings: WriterSettings = {
    directory: options.directory,
    retentionMs: options.retentionMs ?? null,
    maxBytes: options.maxBytes ?? null,
    gatherMs: options.gatherMs ?? 50,
    quietMs: options.quietMs ?? 60_000,
    maxPages: options.maxPages ?? null,
  };
  const worker = new Worker(workerFile(), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
  });
  const desk = new Desk(worker, options.maxWaitingBytes ?? WAITING_BYTES, options.report);
  await desk.opened;
  return desk.writing();
}

/** TypeScript when it runs from source, JavaScript when it was built. */
function workerFile(): URL {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./worker.${ending}`, import.meta.url);
}

class Desk {
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #maxBytes: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onCommit = new Set<(notice: CommitNotice) => void>();
  readonly #onMeasure = new Set<(commit: CommitMeasure) => void>();
  readonly #onDays = new Set<(days: readonly Day[]) => void>();
  readonly #report: (line: string) => void;
  readonly #settleOpened: { resolve: () => void; reject: (reason: Error) => void };
  readonly #closed: Promise<void>;
  #days: readonly Day[] = [];
  #waitingBytes = 0;
  #next = 1;
  #closing: "no" | "asked" | "gone" = "no";

  constructor(worker: Worker, maxBytes: number, report: ((line: string) => void) | undefined) {
    this.#worker = worker;
    this.#maxBytes = maxBytes;
    this.#report = report ?? (() => {});
    const opened = Promise.withResolvers<void>();
    this.opened = opened.promise;
    this.#settleOpened = opened;
    const closed = Promise.withResolvers<void>();
    this.#closed = closed.promise;
    worker.on("message", (message: FromWriter) => this.#hear(message));
    worker.on("error", (error) => {
      this.#report(`the writer's thread failed: ${error.stack ?? error.message}`);
      opened.reject(error);
    });
    worker.on("exit", () => {
      this.#closing = "gone";
      opened.reject(new StoreRefusal("failed", "The writer's thread ended before it began."));
      for (const { reject } of this.#waiting.values()) reject(closingRefusal());
      this.#waiting.clear();
      closed.resolve();
    });
  }

  writing(): Writing {
    const writer: SessionWriter = { append: (delivery) => this.#append(delivery) };
    return {
      writer,
      days: () => this.#days,
      onCommit: (listener) => listen(this.#onCommit, listener),
      onMeasure: (listener) => listen(this.#onMeasure, listener),
      waiting: () => ({ requests: this.#waiting.size, bytes: this.#waitingBytes }),
      onDays: (listener) => listen(this.#onDays, listener),
      noteFindings: (session, findings) => this.#say({ type: "findings", session, findings }),
      setAside: (day, why) => this.#say({ type: "set-aside", day, why }),
      close: () => this.#close(),
    };
  }

  #append({ body, door, signal }: Delivery): Promise<Receipt> {
    const bytes = body.byteLength;
    if (this.#closing !== "no") return Promise.reject(closingRefusal());
    // A body that is larger than the whole queue still gets in when nothing else waits.
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#maxBytes)
      return Promise.reject(
        new StoreRefusal("busy", "Too much waits to be written; try again shortly.", 1),
      );
    const id = this.#next++;
    const { promise, reject, resolve } = Promise.withResolvers<Receipt>();
    this.#waiting.set(id, { bytes, resolve, reject });
    this.#waitingBytes += bytes;
    const own = ownMemory(body);
    this.#say({ type: "append", id, signal, body: own, door }, [own.buffer]);
    return promise;
  }

  #hear(message: FromWriter): void {
    switch (message.type) {
      case "opened":
        this.#days = message.days;
        this.#settleOpened.resolve();
        break;
      case "refused-to-open":
        this.#settleOpened.reject(new StoreRefusal("failed", message.message));
        break;
      case "settled":
        for (const settled of message.settled) this.#settle(settled);
        break;
      case "committed":
        for (const listener of this.#onCommit) listener(message.notice);
        this.#measure(message);
        break;
      case "days":
        this.#days = message.days;
        for (const listener of this.#onDays) listener(message.days);
        break;
      case "report":
        this.#report(message.line);
        break;
      case "closed":
        this.#closing = "gone";
        break;
    }
  }

  #measure({ notice, requests, seconds }: FromWriter & { readonly type: "committed" }): void {
    // What the store does for itself, such as keeping findings, is no group of deliveries.
    if (requests === 0) return;
    const records = notice.records.length / NOTICE_STRIDE;
    for (const listener of this.#onMeasure) listener({ seconds, requests, records });
  }

  #settle(settled: Settled): void {
    const waiting = this.#waiting.get(settled.id);
    if (waiting === undefined) return;
    this.#waiting.delete(settled.id);
    this.#waitingBytes -= waiting.bytes;
    if ("receipt" in settled) waiting.resolve(settled.receipt);
    else {
      const { kind, message, retryAfterSeconds } = settled.refusal;
      waiting.reject(new StoreRefusal(kind, message, retryAfterSeconds));
    }
  }

  #say(message: ToWriter, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#closing !== "gone") this.#worker.postMessage(message, transfer);
  }

  #close(): Promise<void> {
    if (this.#closing === "no") {
      this.#closing = "asked";
      this.#say({ type: "close" });
    }
    return this.#closed;
  }
}

function closingRefusal(): StoreRefusal {
  return new StoreRefusal("closing", "The store is closing; try again shortly.", 5);
}

/** Memory that can be handed over: a view of a larger buffer (Node's pool) must be copied. */
function ownMemory(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return body.byteOffset === 0 && body.byteLength === body.buffer.byteLength ? body : body.slice();
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
