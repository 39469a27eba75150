import type { Context } from "@opentelemetry/api";

import { count } from "../health.ts";
import type { Ending } from "./follow.ts";
import type { Step } from "./step.ts";

export class StepEnding implements Ending {
  readonly #step: Step;
  readonly #arrived: ((value: unknown) => void) | undefined;

  constructor(step: Step, arrived?: (value: unknown) => void) {
    this.#step = step;
    this.#arrived = arrived;
  }

  get context(): Context {
    return this.#step.context;
  }

  succeeded(value?: unknown): void {
    const { detail } = this.#step;
    this.#arrived?.(value);
    if ("arguments" in detail) detail.result ??= value;
    this.#step.end();
  }

  failed(error: unknown): void {
    this.#step.fail(error);
  }

  streaming(): void {
    this.#step.stream();
  }

  chunk(): void {
    const { detail } = this.#step;
    if ("attempt" in detail) detail.timeToFirstChunkMs ??= this.#step.age;
  }

  stopped(): void {
    this.#step.end("cancelled");
  }

  abandoned(): void {
    if (!this.#step.live) return;
    count("abandonedStreams");
    this.#step.end("interrupted");
  }
}
