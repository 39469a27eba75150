import type { Context } from "@opentelemetry/api";

import { within } from "../context/carry.ts";
import { followStream, isStream, isThenable } from "./stream.ts";

/** Whoever waits for work to come to its end: a step, or a session the SDK minted the id of. */
export interface Ending {
  /** Work that is consumed later (a stream's body) runs in here. */
  readonly context: Context;
  succeeded(value?: unknown): void;
  failed(error: unknown): void;
  /** Chunks are coming: the work lasts as long as somebody takes them. */
  streaming(): void;
  chunk(): void;
  /** The consumer had enough. */
  stopped(): void;
  /** Nobody can consume it any more. */
  abandoned(): void;
}

/**
 * Ends with whatever the callback came to: a value now, a promise later, or a stream when it has been consumed. Errors go
 * on to the caller as they are.
 */
export function follow<T>(begin: () => T, ending: Ending): T {
  let result: T;
  try {
    result = begin();
  } catch (error) {
    ending.failed(error);
    throw error;
  }
  return isThenable(result) ? (later(result, ending) as T) : arrived(result, ending);
}

function later(thenable: PromiseLike<unknown>, ending: Ending): Promise<unknown> {
  // Query builders run when `then` is called: that has to happen in here, not in a microtask of nobody's.
  const promise =
    thenable instanceof Promise
      ? thenable
      : within(ending.context, async () => await thenable, undefined, []);
  return promise.then(
    (value) => arrived(value, ending),
    (error: unknown) => {
      ending.failed(error);
      throw error;
    },
  );
}

function arrived<T>(value: T, ending: Ending): T {
  if (isStream(value)) return followStream(value, ending);
  ending.succeeded(value);
  return value;
}
