import { bound, within } from "../context/carry.ts";
import { ownedBy } from "../context/generator.ts";
import type { Context } from "@opentelemetry/api";

import type { Identity } from "../identity.ts";
import { logAt, type Log } from "../log/log.ts";

/** Made for those who are asked for one: a field of every handle costs more than all of them. */
const logs = new WeakMap<Ambience, Log>();

/** Something that work can be taken into, wherever in the process it runs. */
export abstract class Ambience {
  /** The context its work runs in. */
  abstract readonly context: Context;
  protected abstract readonly identity: Identity | undefined;

  /** Runs the function in here, whatever is ambient at the caller. */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    return within(this.context, fn, undefined, args);
  }

  /** For callbacks that somebody else will call: timers, emitters, pools, batch loaders, abort listeners. */
  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    return bound(this.context, fn);
  }

  /** For generators, iterators and iterables (or functions that make them) that somebody else will consume. */
  wrapGenerator<G>(source: G): G {
    return ownedBy(this.context, source);
  }

  /** Log records that stand in here. */
  get log(): Log {
    let log = logs.get(this);
    if (log === undefined) logs.set(this, (log = logAt(() => this.logPlace)));
    return log;
  }

  protected get logPlace(): { readonly identity: Identity | undefined; readonly context: Context } {
    return { identity: this.identity, context: this.context };
  }
}
