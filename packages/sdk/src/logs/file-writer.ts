import { appendFileSync, constants, statSync } from "node:fs";
import { open, rename, type FileHandle } from "node:fs/promises";

import { quietly } from "../export/quiet.ts";

export interface FileWriterOptions {
  /** At this size a file becomes `NAME.1` and the next one begins. */
  readonly maxFileBytes: number;
  readonly maxOpenFiles: number;
  /** Bytes that may wait for the disk. */
  readonly maxWaitingBytes: number;
  /** Told of each file that is opened for the first time or again. */
  readonly opened: (path: string) => void;
  /** So many lines are lost. */
  readonly failed: (error: unknown, lines: number) => void;
}

interface OpenFile {
  readonly handle: FileHandle;
  bytes: number;
}

interface Batch {
  readonly path: string;
  readonly text: string;
  readonly bytes: number;
  readonly lines: number;
}

/** O_APPEND: several processes may write to one file and never into each other's lines. Links are not followed. */
const flags =
  constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
const gatherMs = 20;

/** The one writer of many files: gathers lines, writes whole batches one after the other, never on the caller's time. */
export class FileWriter {
  readonly #options: FileWriterOptions;
  /** Least recently written first. */
  readonly #open = new Map<string, OpenFile>();
  #waiting = new Map<string, string[]>();
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  /** What is on its way, and once it is with the operating system, the size its file had before. */
  #underway: (Batch & { readonly before: number | undefined }) | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #atExit = (): void => this.#writeNow();

  constructor(options: FileWriterOptions) {
    this.#options = options;
    process.on("exit", this.#atExit);
  }

  /** False when there is no room left for it. */
  add(path: string, line: string): boolean {
    const bytes = Buffer.byteLength(line);
    if (this.#waitingBytes + bytes > this.#options.maxWaitingBytes) return false;
    this.#waitingBytes += bytes;
    const lines = this.#waiting.get(path);
    if (lines === undefined) this.#waiting.set(path, [line]);
    else lines.push(line);
    this.#timer ??= quietly(() => setTimeout(() => void this.#write(), gatherMs)).unref();
    return true;
  }

  async flush(): Promise<void> {
    while (this.#waitingBytes > 0 || this.#writing !== undefined) await this.#write();
  }

  async close(): Promise<void> {
    await this.flush();
    process.off("exit", this.#atExit);
    for (const path of this.#open.keys()) await this.#closeFile(path);
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined)));
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      for (const batch of this.#take()) {
        try {
          await this.#append(batch);
        } catch (error) {
          this.#options.failed(error, batch.lines);
          await this.#closeFile(batch.path);
        }
        this.#underway = undefined;
        this.#waitingBytes -= batch.bytes;
      }
    }
  }

  /** One at a time, so that what has not been begun is still there when the process ends. */
  *#take(): Generator<Batch> {
    for (const [path, lines] of this.#waiting) {
      this.#waiting.delete(path);
      const text = lines.join("");
      yield { path, text, bytes: Buffer.byteLength(text), lines: lines.length };
    }
  }

  async #append(batch: Batch): Promise<void> {
    this.#underway = { ...batch, before: undefined };
    const file = await this.#file(batch);
    this.#underway = { ...batch, before: file.bytes };
    await file.handle.appendFile(batch.text);
    file.bytes += batch.bytes;
  }

  async #file({ path, bytes }: Batch): Promise<OpenFile> {
    const known = this.#open.get(path);
    if (known !== undefined) {
      this.#open.delete(path);
      this.#open.set(path, known);
      if (known.bytes + bytes <= this.#options.maxFileBytes || known.bytes === 0) return known;
      await this.#closeFile(path);
      await rename(path, `${path}.1`);
    }
    const handle = await open(path, flags, 0o600);
    const file = { handle, bytes: (await handle.stat()).size };
    this.#open.set(path, file);
    this.#options.opened(path);
    if (this.#open.size > this.#options.maxOpenFiles) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) await this.#closeFile(oldest);
    }
    return file;
  }

  async #closeFile(path: string): Promise<void> {
    const file = this.#open.get(path);
    this.#open.delete(path);
    try {
      await file?.handle.close();
    } catch (error) {
      this.#options.failed(error, 0);
    }
  }

  /** The process ends and nothing asynchronous happens any more. */
  #writeNow(): void {
    const underway = this.#underway;
    if (underway !== undefined && !arrives(underway)) this.#now(underway);
    for (const batch of this.#take()) this.#now(batch);
  }

  #now({ path, text, lines }: Batch): void {
    try {
      appendFileSync(path, text, { mode: 0o600 });
    } catch (error) {
      this.#options.failed(error, lines);
    }
  }
}

const arrivalMs = 200;

/** Whether what another thread of this process is writing comes to the file; it does not need this one to go on. */
function arrives({ path, before }: { path: string; before: number | undefined }): boolean {
  if (before === undefined) return false;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < arrivalMs; waited += 5) {
    if (statSync(path, { throwIfNoEntry: false })?.size !== before) return true;
    Atomics.wait(clock, 0, 0, 5);
  }
  return false;
}
