import { createContextKey, trace, type Context, type Span } from "@opentelemetry/api";

import type { Identity } from "../identity.ts";

// A registered symbol: two copies of this package in one process still read each other's identity.
const identityKey = createContextKey("throughline.identity");
const spanKey = keyOfSpans();

export function identityIn(context: Context): Identity | undefined {
  return context.getValue(identityKey) as Identity | undefined;
}

export function withIdentity(context: Context, identity: Identity): Context {
  return new StepContext(context, identity, trace.getSpan(context));
}

/** The same context, with another active span or none. */
export function withSpan(context: Context, span: Span | undefined): Context {
  return trace.getSpan(context) === span
    ? context
    : new StepContext(context, identityIn(context), span);
}

export function contextOf(
  base: Context,
  identity: Identity | undefined,
  span: Span | undefined,
): Context {
  return new StepContext(base, identity, span);
}

/**
 * Two values over a context. The API's own context copies a map and makes three closures for every value that is set, which
 * was a fifth of what a step costs.
 */
class StepContext implements Context {
  readonly #base: Context;
  readonly #identity: Identity | undefined;
  readonly #span: Span | undefined;

  constructor(base: Context, identity: Identity | undefined, span: Span | undefined) {
    // What the base says of either is hidden anyway; chains stay as short as the host's own values are many.
    this.#base = base instanceof StepContext ? base.#base : base;
    this.#identity = identity;
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    if (key === spanKey) return this.#span;
    return key === identityKey ? this.#identity : this.#base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === spanKey) return new StepContext(this.#base, this.#identity, value as Span);
    if (key === identityKey) return new StepContext(this.#base, value as Identity, this.#span);
    return new StepContext(this.#base.setValue(key, value), this.#identity, this.#span);
  }

  deleteValue(key: symbol): Context {
    if (key === spanKey || key === identityKey) return this.setValue(key, undefined);
    return new StepContext(this.#base.deleteValue(key), this.#identity, this.#span);
  }
}

/** The API keeps the key of the active span to itself, but tells it to any context that is asked to hold one. */
function keyOfSpans(): symbol {
  let key: symbol | undefined;
  const listening: Context = {
    getValue: () => undefined,
    setValue(told) {
      key = told;
      return listening;
    },
    deleteValue: () => listening,
  };
  trace.setSpan(listening, trace.wrapSpanContext({ traceId: "", spanId: "", traceFlags: 0 }));
  return key ?? createContextKey("OpenTelemetry Context Key SPAN");
}
