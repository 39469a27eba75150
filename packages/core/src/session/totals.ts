import { addCalls, callsOf, type CallSums, costOf, noCalls } from "./calls.ts";
import type { Membership } from "./session.ts";
import type { Summary } from "./summary.ts";

/**
 * A summary in the making: what is counted of a session or of a part of it. Any two parts add up, in any order; the sums
 * can also be taken back, the earliest, latest and longest can't.
 */
export interface Totals {
  first: number | null;
  last: number | null;
  latestStart: number | null;
  ended: number | null;
  spans: number;
  logs: number;
  errors: number;
  turns: number;
  /** What a user said, as log events: they stand for turns in a session without turn spans. */
  prompts: number;
  traces: number;
  open: number;
  agent: Earliest<string> | null;
  channel: Earliest<{ readonly type: string | null; readonly id: string | null }> | null;
  readonly services: Set<string>;
  readonly models: Set<string>;
  readonly membership: Record<Exclude<Membership, "none">, number>;
  /** By service. */
  readonly bySpans: Map<string, CallSums>;
  readonly byLogs: Map<string, CallSums>;
  readonly tools: { spans: LongestTool | null; readonly logs: Map<string, LongestTool> };
}

export interface Earliest<T> {
  readonly value: T;
  readonly at: number;
}

export interface LongestTool {
  readonly name: string;
  readonly micros: number;
}

/** Of each kind of word a session keeps this many; what is beyond them shows in its records. */
export const WORDS_KEPT = 32;

export function noTotals(): Totals {
  return {
    first: null,
    last: null,
    latestStart: null,
    ended: null,
    spans: 0,
    logs: 0,
    errors: 0,
    turns: 0,
    prompts: 0,
    traces: 0,
    open: 0,
    agent: null,
    channel: null,
    services: new Set(),
    models: new Set(),
    membership: { carried: 0, inherited: 0, joined: 0, linked: 0 },
    bySpans: new Map(),
    byLogs: new Map(),
    tools: { spans: null, logs: new Map() },
  };
}

/** A time of 0 is one that the emitter did not set. */
export function seeTimes(totals: Totals, start: number, end: number): void {
  if (start > 0 && (totals.first === null || start < totals.first)) totals.first = start;
  const latest = Math.max(start, end);
  if (latest > 0 && (totals.last === null || latest > totals.last)) totals.last = latest;
}

export function seeWord(words: Set<string>, word: string): void {
  if (words.has(word)) return;
  words.add(word);
  if (words.size <= WORDS_KEPT) return;
  // Always the same ones stay, whoever came first.
  let largest = word;
  for (const other of words) if (other > largest) largest = other;
  words.delete(largest);
}

export function earlier<T>(known: Earliest<T> | null, value: T, at: number): Earliest<T> {
  if (known === null || at < known.at) return { value, at };
  if (at > known.at || textOf(value) >= textOf(known.value)) return known;
  return { value, at };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function longer(known: LongestTool | null, name: string, took: number): LongestTool {
  // A tool that ended before it began (clocks jump) took no time.
  const micros = Math.max(0, took);
  if (known === null || micros > known.micros) return { name, micros };
  return micros === known.micros && name < known.name ? { name, micros } : known;
}

/** The sums of one service; beyond as many services as are kept, all others share one entry. */
export function callsIn(by: Map<string, CallSums>, service: string): CallSums {
  let sums = by.get(service);
  if (sums === undefined) {
    const key = by.size < WORDS_KEPT ? service : "";
    sums = by.get(key) ?? noCalls();
    by.set(key, sums);
  }
  return sums;
}

export function addTotals(into: Totals, from: Totals): void {
  if (from.first !== null || from.last !== null) seeTimes(into, from.first ?? 0, from.last ?? 0);
  into.latestStart = larger(into.latestStart, from.latestStart);
  into.ended = larger(into.ended, from.ended);
  into.spans += from.spans;
  into.logs += from.logs;
  into.errors += from.errors;
  into.turns += from.turns;
  into.prompts += from.prompts;
  into.traces += from.traces;
  into.open += from.open;
  if (from.agent !== null) into.agent = earlier(into.agent, from.agent.value, from.agent.at);
  if (from.channel !== null)
    into.channel = earlier(into.channel, from.channel.value, from.channel.at);
  for (const service of from.services) seeWord(into.services, service);
  for (const model of from.models) seeWord(into.models, model);
  into.membership.carried += from.membership.carried;
  into.membership.inherited += from.membership.inherited;
  into.membership.joined += from.membership.joined;
  into.membership.linked += from.membership.linked;
  for (const [service, sums] of from.bySpans) addCalls(callsIn(into.bySpans, service), sums);
  for (const [service, sums] of from.byLogs) addCalls(callsIn(into.byLogs, service), sums);
  const { spans } = from.tools;
  if (spans !== null) into.tools.spans = longer(into.tools.spans, spans.name, spans.micros);
  for (const [service, tool] of from.tools.logs) seeLoggedTool(into, service, tool);
}

export function seeLoggedTool(totals: Totals, service: string, tool: LongestTool): void {
  const { logs } = totals.tools;
  const key = logs.has(service) || logs.size < WORDS_KEPT ? service : "";
  logs.set(key, longer(logs.get(key) ?? null, tool.name, tool.micros));
}

export function larger(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.max(left, right);
}

export function summaryOf(totals: Totals): Summary {
  const calls = callsOf(totals.bySpans, totals.byLogs);
  return {
    first: totals.first,
    last: totals.last,
    latestStart: totals.latestStart,
    ended: totals.ended,
    spans: totals.spans,
    logs: totals.logs,
    errors: totals.errors,
    turns: totals.turns > 0 ? totals.turns : totals.prompts,
    llmCalls: calls.calls,
    toolCalls: calls.tools,
    traces: totals.traces,
    open: totals.open,
    tokens: {
      input: calls.input,
      output: calls.output,
      cache_read: calls.cacheRead,
      cache_write: calls.cacheWrite,
      reasoning: calls.reasoning,
    },
    cost: costOf(calls),
    agent: totals.agent?.value ?? null,
    channel: totals.channel?.value ?? null,
    longestTool: longestOf(totals),
    services: [...totals.services].toSorted(),
    models: [...totals.models].toSorted(),
    membership: { ...totals.membership },
  };
}

/** Of a service whose spans tell of tools, the log events tell the same ones again. */
function longestOf({ bySpans, tools }: Totals): LongestTool | null {
  let longest = tools.spans;
  for (const [service, { name, micros }] of tools.logs)
    if ((bySpans.get(service)?.tools ?? 0) === 0) longest = longer(longest, name, micros);
  return longest;
}
