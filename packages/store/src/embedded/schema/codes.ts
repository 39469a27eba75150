import type { LogMeaning } from "@throughline/core/dialects";

/** Clusters own 2^20 consecutive record ids each. Computed with `*`: shifts are 32-bit in JavaScript. */
export const CLUSTER_SPAN = 1_048_576;

export function clusterOf(recordId: number): number {
  return Math.floor(recordId / CLUSTER_SPAN);
}

export function seqOf(recordId: number): number {
  return recordId % CLUSTER_SPAN;
}

/** Bits of the columns `flags` of `span` and `log`. */
export const RECORD_FLAGS = {
  /** The record itself carries the session (or an alias of it). */
  carried: 1,
  /** It came in through the session's own door without an id. */
  door: 2,
  /** Its parent lives in another process, as far as the emitter says. */
  remoteParent: 4,
  /** Another span of the trace with this span id was there before, and differs. Rollups count the first. */
  again: 8,
  /** It has links of its own. */
  links: 16,
  /** A model call that says what it used or cost. */
  metered: 32,
  /** Its cost is the emitter's own, not from a price list. */
  reported: 64,
  /** Its cost is not in US dollars. */
  foreign: 128,
  /** A model or tool call that failed or was cancelled. */
  failed: 256,
} as const;

/** `log.stands` is an index in this list: append, never reorder. */
export const LOG_MEANINGS: readonly LogMeaning[] = [
  "session.start",
  "session.end",
  "prompt",
  "answer",
  "llm",
  "tool",
  "agent",
  "approval",
  "compaction",
  "delegation",
  "span.start",
];
