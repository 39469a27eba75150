import { hash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Delivery, SessionWriter } from "@throughline/store";

import { version } from "../version.ts";

/** A backend for one command alone: on free ports, in a directory that goes with it. */
export interface PrivateBackend {
  readonly url: string;
  /** Requests that came, and those that could not be taken. */
  readonly heard: Readonly<Heard>;
  quiet(patience: Patience): Promise<void>;
  close(): Promise<void>;
}

/** What comes late: the wait ends when nothing came for `quietMs`, or nothing at all within `firstMs`; after `mostMs` anyway. */
export interface Patience {
  readonly quietMs: number;
  readonly firstMs: number;
  readonly mostMs: number;
}

export interface Heard {
  requests: number;
  refused: number;
}

/** Longer than any run: nobody reads a list here. */
const NEVER_MS = 2 ** 31 - 1;
const LOOK_MS = 50;
/** Requests whose digests are remembered: exporters repeat the last few. */
const REMEMBERED = 100_000;

/** Tells every request to `listen`, once, however often its sender repeats it. */
export async function startPrivateBackend(
  listen: (delivery: Delivery) => void,
  report: (line: string) => void,
): Promise<PrivateBackend> {
  const [{ serve }, { openEmbeddedHome }] = await Promise.all([
    import("@throughline/server"),
    import("@throughline/store"),
  ]);
  const directory = await mkdtemp(join(tmpdir(), "throughline-verify-"));
  const leave = () => rm(directory, { recursive: true, force: true });
  const heard: Heard = { requests: 0, refused: 0 };
  const home = await openEmbeddedHome({ directory, verifyAfterMs: NEVER_MS, report });
  const ear = new Ear(home.writer, listen, heard);
  const where = { host: "127.0.0.1", port: 0, grpcPort: 0 };
  const serving = await serve({
    ...where,
    reader: home.reader,
    writer: ear,
    version: version(),
    report,
  }).catch(async (error: unknown) => {
    await home.close();
    await leave();
    throw error;
  });
  return {
    url: serving.url,
    heard,
    async quiet({ firstMs, mostMs, quietMs }) {
      const began = performance.now();
      const isOver = (): boolean => {
        const now = performance.now();
        if (ear.underWay > 0) return false;
        if (heard.requests + heard.refused === 0) return now - began >= firstMs;
        return now - Math.max(ear.lastAt, began) >= quietMs;
      };
      while (!isOver() && performance.now() - began < mostMs) await pause(LOOK_MS);
    },
    async close() {
      await serving.close();
      await home.close();
      await leave();
    },
  };
}

class Ear implements SessionWriter {
  lastAt = 0;
  underWay = 0;
  readonly #inner: SessionWriter;
  readonly #listen: (delivery: Delivery) => void;
  readonly #heard: Heard;
  readonly #seen = new Set<string>();

  constructor(inner: SessionWriter, listen: (delivery: Delivery) => void, heard: Heard) {
    this.#inner = inner;
    this.#listen = listen;
    this.#heard = heard;
  }

  append: SessionWriter["append"] = async (delivery) => {
    this.underWay++;
    try {
      const digest = `${delivery.signal} ${delivery.door ?? ""} ${hash("sha256", delivery.body)}`;
      const isNew = !this.#seen.has(digest);
      // The store takes the body's memory with it: who listens comes first.
      if (isNew) this.#listen(delivery);
      const receipt = await this.#inner.append(delivery);
      if (isNew) this.#remember(digest);
      return receipt;
    } catch (error) {
      this.#heard.refused++;
      throw error;
    } finally {
      this.underWay--;
      this.lastAt = performance.now();
    }
  };

  #remember(digest: string): void {
    this.#heard.requests++;
    this.#seen.add(digest);
    if (this.#seen.size > REMEMBERED)
      for (const oldest of this.#seen) return void this.#seen.delete(oldest);
  }
}
