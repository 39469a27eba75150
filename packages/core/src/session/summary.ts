import type { Cost, Membership, Tokens } from "./session.ts";

/**
 * What is known about a session from its records, as numbers that two halves of a session can be added up from (with care:
 * see summarise). Times are whole microseconds since 1970.
 */
export interface Summary {
  /** Earliest start and latest end. Null while there is no record with a time. */
  readonly first: number | null;
  readonly last: number | null;
  /** The latest start of a span: a session that goes on after `session.end` has not ended. */
  readonly latestStart: number | null;
  /** The latest `session.end`. */
  readonly ended: number | null;
  readonly spans: number;
  readonly logs: number;
  readonly errors: number;
  readonly turns: number;
  readonly llmCalls: number;
  readonly toolCalls: number;
  readonly traces: number;
  /** Steps that were announced and have not arrived. */
  readonly open: number;
  readonly tokens: Tokens;
  readonly cost: Cost;
  readonly agent: string | null;
  readonly channel: { readonly type: string | null; readonly id: string | null } | null;
  readonly longestTool: { readonly name: string; readonly micros: number } | null;
  /** Sorted. */
  readonly services: readonly string[];
  readonly models: readonly string[];
  readonly membership: Readonly<Record<Exclude<Membership, "none">, number>>;
}

/**
 * Money as whole billionths of its unit, so that sums do not depend on the order of their terms and a term can be taken back.
 * Exact up to nine million.
 */
export function billionths(amount: number): number {
  return Math.round(amount * 1e9);
}

/** The price of one model call in US dollars; undefined when nobody knows. */
export type Pricer = (call: PricedCall) => number | undefined;

export interface PricedCall {
  readonly provider: string | undefined;
  readonly model: string;
  readonly tokens: Tokens;
  readonly atMs: number;
}
