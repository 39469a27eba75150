/**
 * Span ids as two integers of 32 bits each. As texts they would be objects of their own, two a record, for the garbage
 * collector to copy and to look through as long as their trace is open.
 */
export interface SpanId {
  readonly high: number;
  readonly low: number;
  /** Whether the text can be told from the numbers. Of what is no span id they are a hash. */
  readonly exact: boolean;
}

const DIGITS = 16;
const NONE = 16;
const digits = new Uint8Array(128).fill(NONE);
for (let value = 0; value < 16; value++) digits[value.toString(16).charCodeAt(0)] = value;

export function readSpanId(text: string): SpanId {
  let high = 0;
  let low = 0;
  let all = text.length === DIGITS ? 0 : NONE;
  for (let i = 0; i < DIGITS / 2 && all < NONE; i++) {
    const upper = digits[text.charCodeAt(i)] ?? NONE;
    const lower = digits[text.charCodeAt(i + DIGITS / 2)] ?? NONE;
    high = (high << 4) | upper;
    low = (low << 4) | lower;
    all |= upper | lower;
  }
  if (all < NONE && (high | low) !== 0) return { high, low, exact: true };
  if (text === "") return { high: 0, low: 0, exact: true };
  return { high: hashOf(text, 1), low: hashOf(text, 2), exact: false };
}

/** The other way round, of an exact one. */
export function spanIdText(high: number, low: number): string {
  return (high | low) === 0 ? "" : hex(high) + hex(low);
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(DIGITS / 2, "0");
}

/** FNV-1a; odd, so that it is never the zero that stands for no id. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 1;
}
