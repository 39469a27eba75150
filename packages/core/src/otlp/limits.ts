/** Bounds on what a stranger may send. What is over a bound is rejected with a code, never cut silently. */
export interface DecodeLimits {
  /** Nested values (lists, maps, unknown groups) within one attribute or body. */
  readonly maxDepth: number;
  /** Attributes on one record. OpenInference allows itself 10,000: it flattens every message of a conversation into some. */
  readonly maxAttributes: number;
  /** Broken records in one request before the whole of it is refused: telling of one takes microseconds. Skim just counts. */
  readonly maxRejected: number;
}

export const DEFAULT_LIMITS: DecodeLimits = {
  maxDepth: 64,
  maxAttributes: 16_384,
  maxRejected: 10_000,
};

export function limitsOf(given: Partial<DecodeLimits> | undefined): DecodeLimits {
  return given === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...given };
}
