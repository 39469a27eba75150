import { context as contexts, type Context } from "@opentelemetry/api";

import { count } from "../health.ts";

/** Runs a function in a context, and notices when nothing in the process carries contexts. */
export function within<A extends unknown[], R>(
  context: Context,
  fn: (...args: A) => R,
  self: unknown,
  args: A,
): R {
  return contexts.with(context, () => {
    if (contexts.active() !== context) {
      count(
        "contextNotCarried",
        () =>
          "no context manager is registered, so the ambient session is unknown inside callbacks; handles still work. " +
          "Call start() from @throughline/sdk/start, or register AsyncLocalStorageContextManager",
      );
    }
    return fn.apply(self, args);
  });
}

/** The function as it would run here, whoever calls it later. A closure: AsyncLocalStorage.bind costs 4 µs on Node 24. */
export function bound<A extends unknown[], R>(
  context: Context,
  fn: (...args: A) => R,
): (...args: A) => R {
  const run = function (this: unknown, ...args: A): R {
    return within(context, fn, this, args);
  };
  // Callers tell callbacks apart by their arity (an Express error handler has four).
  return Object.defineProperty(run, "length", { value: fn.length });
}
