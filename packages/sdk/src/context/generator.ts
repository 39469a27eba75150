import type { Context } from "@opentelemetry/api";

import { bound, within } from "./carry.ts";

type Steps = "next" | "return" | "throw";
const steps: readonly Steps[] = ["next", "return", "throw"];
type Method = (...args: unknown[]) => unknown;

/**
 * A generator's body runs in the context of whoever asks for its next value, not of whoever made it. Wrapped, `next`,
 * `return` and `throw` run in the owner's context. Takes generators, iterators and iterables, sync and async, and
 * functions that make them.
 */
export function ownedBy<G>(context: Context, source: G): G {
  if (typeof source === "function") {
    const make = bound(context, source as unknown as Method);
    return ((...args: unknown[]) => ownedBy(context, make(...args))) as G;
  }
  if (typeof source !== "object" || source === null) return source;
  return (isIterator(source) ? iterator(context, source) : iterable(context, source)) as G;
}

export function isIterator(value: object): value is { next: Method } {
  return "next" in value && typeof value.next === "function";
}

function iterator(context: Context, source: object): object {
  const owned: { [key: PropertyKey]: unknown } = {};
  for (const step of steps) {
    const method: unknown = Reflect.get(source, step);
    if (typeof method === "function") {
      owned[step] = (...args: unknown[]) => within(context, method as Method, source, args);
    }
  }
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
    if (symbol in source) owned[symbol] = () => owned;
  }
  for (const symbol of [Symbol.dispose, Symbol.asyncDispose]) {
    const dispose: unknown = Reflect.get(source, symbol);
    if (typeof dispose === "function")
      owned[symbol] = bound(context, dispose.bind(source) as Method);
  }
  return owned;
}

function iterable(context: Context, source: object): object {
  const owned: { [key: PropertyKey]: unknown } = {};
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
    const begin: unknown = Reflect.get(source, symbol);
    if (typeof begin === "function") {
      owned[symbol] = () => iterator(context, within(context, begin as () => object, source, []));
    }
  }
  return owned;
}
