/**
 * UTF-8 bytes to strings, remembering short ones.
 *
 * Telemetry repeats itself: keys, models, tools, names. A slot holds one ASCII string of at most 64 bytes; bytes that equal
 * it give the same string back, which costs a comparison instead of 150 ns for a TextDecoder call, and allocates nothing.
 * Bounded by its slots: a newcomer takes the place of what was there.
 */
const SLOTS = 16_384;
const LONGEST = 64;

// A byte order mark inside a value is data. Invalid bytes become U+FFFD.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class TextPool {
  readonly #slots: string[] = Array.from({ length: SLOTS }, () => "");

  text(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > LONGEST) return decoder.decode(bytes.subarray(start, end));
    if (length === 0) return "";
    // Some sixteen bytes tell most strings apart; a collision costs a slot, never a wrong string.
    const step = 1 + (length >> 4);
    let hash = length;
    for (let i = end - 1; i >= start; i -= step) hash = Math.imul(hash, 31) + bytes[i]!;
    hash = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#slots[hash]!;
    if (known.length === length && equal(known, bytes, start)) return known;
    const text = decoder.decode(bytes.subarray(start, end));
    // As many units as bytes: all ASCII, or invalid bytes, whose U+FFFD equals no byte later on.
    if (text.length === length) this.#slots[hash] = text;
    return text;
  }
}

function equal(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = text.length - 1; i >= 0; i--) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}

/** One for the process: what one request taught is known to the next. */
export const textPool: TextPool = new TextPool();
