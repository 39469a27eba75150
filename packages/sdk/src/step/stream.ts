import { within } from "../context/carry.ts";
import type { Ending } from "./follow.ts";

type Method = (...args: unknown[]) => unknown;
type Result = { readonly done?: boolean };

/** Async iterables of any make, and generators. Other sync iterables are data: an array is no stream. */
export function isStream(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Symbol.asyncIterator in value) return true;
  return Object.prototype.toString.call(value) === "[object Generator]";
}

const streams = new FinalizationRegistry<Ending>((ending) => ending.abandoned());

/**
 * Watches a stream without taking its identity: provider SDKs return class instances with private fields and helpers of
 * their own (`tee`, `controller`, `finalMessage`), so the instance is given its own iteration methods instead of a proxy.
 */
export function followStream<T extends object>(stream: T, ending: Ending): T {
  ending.streaming();
  if (stream instanceof ReadableStream) {
    const pipe = watchedPipe(stream, ending);
    streams.register(pipe, ending);
    return pipe as unknown as T;
  }
  const watch = new Watch(ending);
  if (!watch.iteration(stream)) {
    // Frozen: it can't be watched, and a guess is better than a step that never ends.
    ending.succeeded();
    return stream;
  }
  watch.events(stream);
  streams.register(stream, ending);
  return stream;
}

class Watch {
  readonly #ending: Ending;

  constructor(ending: Ending) {
    this.#ending = ending;
  }

  iteration(stream: object): boolean {
    if ("next" in stream) return this.#steps(stream, stream);
    const begin: unknown = Reflect.get(stream, Symbol.asyncIterator);
    return own(stream, Symbol.asyncIterator, () => {
      const iterator = within(this.#ending.context, begin as () => object, stream, []);
      const watched = { [Symbol.asyncIterator]: () => watched };
      this.#steps(iterator, watched);
      return watched;
    });
  }

  /** Streams that are also read by events (Node's, Anthropic's). Only events that change nothing when heard. */
  events(stream: object): void {
    if (!("once" in stream) || typeof stream.once !== "function") return;
    const ended = (): void => {
      const { errored, aborted } = stream as { errored?: unknown; aborted?: unknown };
      if (errored instanceof Error) this.#ending.failed(errored);
      else if (aborted === true) this.#ending.stopped();
      else this.#ending.succeeded();
    };
    stream.once("end", ended);
    stream.once("close", ended);
  }

  #steps(source: object, target: object): boolean {
    const { next, return: stop, throw: fail } = source as { [step: string]: Method | undefined };
    if (next === undefined) return false;
    const ending = this.#ending;
    const watched =
      (method: Method, after: (result: Result) => void): Method =>
      (...args) =>
        settled(() => within(ending.context, method, source, args), after, ending);
    const advanced = (result: Result): void => {
      if (result.done === true) ending.succeeded();
      else ending.chunk();
    };
    return (
      own(target, "next", watched(next, advanced)) &&
      (stop === undefined ||
        own(
          target,
          "return",
          watched(stop, () => ending.stopped()),
        )) &&
      (fail === undefined || own(target, "throw", watched(fail, advanced)))
    );
  }
}

function settled(step: () => unknown, after: (result: Result) => void, ending: Ending): unknown {
  try {
    const result = step();
    if (isThenable(result)) {
      return result.then(
        (value) => {
          after(value as Result);
          return value;
        },
        (error: unknown) => {
          ending.failed(error);
          throw error;
        },
      );
    }
    after(result as Result);
    return result;
  } catch (error) {
    ending.failed(error);
    throw error;
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

function own(target: object, key: PropertyKey, value: Method): boolean {
  return Reflect.defineProperty(target, key, { value, configurable: true, writable: true });
}

/** A web stream keeps its reading to itself; a pass-through sees every way of consuming it. */
function watchedPipe(stream: ReadableStream<unknown>, ending: Ending): ReadableStream<unknown> {
  const reader = stream.getReader();
  const source = {
    async pull(controller: ReadableStreamDefaultController<unknown>) {
      try {
        const { done, value } = await within(ending.context, () => reader.read(), undefined, []);
        if (done) {
          ending.succeeded();
          controller.close();
        } else {
          ending.chunk();
          controller.enqueue(value);
        }
      } catch (error) {
        ending.failed(error);
        controller.error(error);
      }
    },
    async cancel(reason: unknown) {
      ending.stopped();
      await reader.cancel(reason);
    },
  };
  // Nothing is read ahead: the first chunk counts when somebody takes it.
  return new ReadableStream(source, { highWaterMark: 0 });
}
