import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { Mood } from "./sink.ts";

export interface Received {
  readonly spans: number;
  readonly bytes: number;
  readonly requests: number;
}

/** The sink, seen from here. */
export class Sink {
  readonly endpoint: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<Sink> {
    const child = fork(fileURLToPath(new URL("sink.ts", import.meta.url)));
    const [port] = (await once(child, "message")) as [number];
    return new Sink(child, port);
  }

  /** What came since the last time. */
  async received(): Promise<Received> {
    return (await (await fetch(this.endpoint)).json()) as Received;
  }

  become(mood: Mood): void {
    this.#child.send(mood);
  }

  stop(): void {
    this.#child.kill();
  }
}
