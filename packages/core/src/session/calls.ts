import type { ReadCost, Usage } from "../dialects/index.ts";
import type { Cost, Tokens } from "./session.ts";
import { billionths, type Pricer } from "./summary.ts";

/** One call that says what it used. `cost` is in billionths; null when neither reported nor known from a price list. */
export interface Meter {
  readonly tokens: Tokens;
  readonly cost: number | null;
  readonly currency: string;
  /** By the emitter, rather than by a price list. */
  readonly reported: boolean;
}

/** Sums over the calls of one service, told by spans or by log events. */
export interface CallSums {
  /** Calls that did not fail, whether they say what they used or not. */
  good: number;
  calls: number;
  tools: number;
  /** Calls that say what they used and did not fail. */
  metered: number;
  unpriced: number;
  /** Calls whose emitter reports the cost. */
  reported: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
  readonly cost: Map<string, Money>;
}

/** Billionths of one currency, and how many calls they are of: a free call is not one of unknown price. */
export interface Money {
  readonly amount: number;
  readonly calls: number;
}

export function noCalls(): CallSums {
  return {
    good: 0,
    calls: 0,
    tools: 0,
    metered: 0,
    unpriced: 0,
    reported: 0,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: 0,
    cost: new Map(),
  };
}

/** What a reading may say of a model call. */
export interface CallReading {
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly cost?: ReadCost | undefined;
}

/** What a model call used and cost; undefined when the record says neither. */
export function meterOf(reading: CallReading, atMs: number, price: Pricer): Meter | undefined {
  const { cost, model, provider, usage } = reading;
  if (usage === undefined && cost === undefined) return undefined;
  const tokens = tokensOf(usage);
  if (cost !== undefined)
    return {
      tokens,
      cost: billionths(cost.amount),
      currency: cost.currency,
      reported: cost.source === "reported",
    };
  const amount =
    model === undefined || usage === undefined
      ? undefined
      : price({ provider, model, tokens, atMs });
  return {
    tokens,
    cost: amount === undefined ? null : billionths(amount),
    currency: "USD",
    reported: false,
  };
}

function tokensOf(usage: Usage = {}): Tokens {
  return {
    input: usage.input ?? 0,
    output: usage.output ?? 0,
    cache_read: usage.cacheRead ?? 0,
    cache_write: usage.cacheWrite ?? 0,
    reasoning: usage.reasoning ?? 0,
  };
}

/** Adds a call's meter, or takes it back with -1. */
export function countMeter(sums: CallSums, meter: Meter, failed: boolean, sign: 1 | -1): void {
  if (!failed) sums.metered += sign;
  if (meter.reported) sums.reported += sign;
  sums.input += sign * meter.tokens.input;
  sums.output += sign * meter.tokens.output;
  sums.cacheRead += sign * meter.tokens.cache_read;
  sums.cacheWrite += sign * meter.tokens.cache_write;
  sums.reasoning += sign * meter.tokens.reasoning;
  if (meter.cost === null) sums.unpriced += sign;
  else addCost(sums.cost, meter.currency, sign * meter.cost, sign);
}

export function addCalls(into: CallSums, from: CallSums): void {
  into.good += from.good;
  into.calls += from.calls;
  into.tools += from.tools;
  into.input += from.input;
  into.output += from.output;
  into.cacheRead += from.cacheRead;
  into.cacheWrite += from.cacheWrite;
  into.reasoning += from.reasoning;
  addMoney(into, from);
}

function addMoney(into: CallSums, from: CallSums): void {
  into.metered += from.metered;
  into.unpriced += from.unpriced;
  into.reported += from.reported;
  for (const [currency, { amount, calls }] of from.cost)
    addCost(into.cost, currency, amount, calls);
}

function addCost(cost: Map<string, Money>, currency: string, amount: number, calls: number): void {
  const before = cost.get(currency);
  const sum = {
    amount: (before?.amount ?? 0) + amount,
    calls: (before?.calls ?? 0) + calls,
  };
  if (sum.calls === 0) cost.delete(currency);
  else cost.set(currency, sum);
}

/**
 * The calls of a session: of each service those its spans tell of, and those of its log events where it has no such span.
 * One emitter tells the same call twice; whether it does is the same for all its calls, and the two can't be matched one by
 * one for most (Gemini CLI's and Codex's share no id).
 *
 * What they cost is taken from whichever tells it better: Claude Code reports costs on events only, Codex names the model there.
 */
export function callsOf(
  bySpans: ReadonlyMap<string, CallSums>,
  byLogs: ReadonlyMap<string, CallSums>,
): CallSums {
  const all = noCalls();
  for (const service of new Set([...bySpans.keys(), ...byLogs.keys()])) {
    const spans = bySpans.get(service) ?? NO_CALLS;
    const logs = byLogs.get(service) ?? NO_CALLS;
    const told = spans.calls > 0 ? spans : logs;
    addCalls(all, { ...told, ...NO_MONEY, tools: spans.tools > 0 ? spans.tools : logs.tools });
    addMoney(all, told === spans && tellsCostBetter(logs, spans) ? logs : told);
  }
  return all;
}

const NO_CALLS: Readonly<CallSums> = Object.freeze(noCalls());
const NO_MONEY = { metered: 0, unpriced: 0, reported: 0, cost: NO_CALLS.cost };

function tellsCostBetter(one: CallSums, other: CallSums): boolean {
  if (one.reported !== other.reported) return one.reported > other.reported;
  return known(one) > known(other);
}

function known({ cost }: CallSums): number {
  let calls = 0;
  for (const money of cost.values()) calls += money.calls;
  return calls;
}

export function costOf(sums: CallSums): Cost {
  const currencies = [...sums.cost.keys()].toSorted();
  const currency = currencies.includes("USD") ? "USD" : (currencies[0] ?? "USD");
  const amount = sums.cost.get(currency)?.amount;
  return {
    amount: amount === undefined ? null : amount / 1e9,
    currency,
    // A call that says nothing of what it used has no known price either.
    complete: sums.unpriced === 0 && sums.metered >= sums.good && currencies.length <= 1,
  };
}
