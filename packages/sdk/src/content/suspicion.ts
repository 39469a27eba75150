import { anchors, runLength, type Anchor } from "./anchors.ts";

/**
 * A quick look whether bytes can hold a secret at all.
 *
 * The shapes of the contract, even in one pattern, need 290 µs for 20 KB of prose: about what plain OpenTelemetry spends on
 * the whole step. This look needs 15, and nearly every record is innocent. It may suspect too much and never too little:
 * whatever a shape matches contains one of the anchors with what its check wants after it. A test draws texts from the
 * patterns of all shapes and holds the anchors to that.
 */
export function mayHoldSecret(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes.byteOffset !== 0) return mayHoldSecret(Uint8Array.from(bytes), start, end);
  if (words.buffer !== bytes.buffer) words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const last = end >> 2;
  for (let i = start >> 2; i < last; i++) {
    const word = words[i]!;
    const low = word & 0xffff;
    const high = word >>> 16;
    if ((pairs[low]! | pairs[high]!) === 0) continue;
    if (pairs[low] !== 0 && isSuspect(bytes, i * 4 + lowAt, start, end)) return true;
    if (pairs[high] !== 0 && isSuspect(bytes, i * 4 + 2 - lowAt, start, end)) return true;
  }
  return isSuspect(bytes, last * 4, start, end) || isSuspect(bytes, last * 4 + 2, start, end);
}

/** The bytes of the buffer that was looked at last, four at a time: half the reads. */
let words: Int32Array = new Int32Array();

/**
 * Only every second pair of bytes is looked at, so of the three characters of an anchor one of two pairs is met. A bit for
 * each: 8 KB that stay in the cache, while ids, which are random bytes, reach all over a table.
 */
const pairs = new Uint8Array(1 << 16);

/** A bit for each three characters, by hash: most pairs stand in words that only share two letters with an anchor. */
const threes = new Int32Array((1 << 16) / 32);
const byThree = new Map<number, Anchor[]>();

function three(first: number, second: number, third: number): number {
  return first | (second << 8) | (third << 16);
}

function hash(three: number): number {
  return Math.imul(three, 0x9e3779b1) >>> 16;
}

/** Two bytes as the number that a typed array makes of them, and where a word's low half stands: the machine's byte order. */
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const lowAt = littleEndian ? 0 : 2;
function pairOf(first: number, second: number): number {
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

function set(bits: Int32Array, index: number): void {
  bits[index >>> 5]! |= 1 << index;
}

function isSet(bits: Int32Array, index: number): boolean {
  return ((bits[index >>> 5]! >>> index) & 1) !== 0;
}

for (const anchor of anchors) {
  for (const [a, b, c] of spellings(anchor)) {
    pairs[pairOf(a, b)] = 1;
    pairs[pairOf(b, c)] = 1;
    const key = three(a, b, c);
    set(threes, hash(key));
    byThree.set(key, [...(byThree.get(key) ?? []), anchor]);
  }
}

function spellings({ text, at, anyCase }: Anchor): (readonly [number, number, number])[] {
  const [first, second, third] = [0, 1, 2].map((i) => {
    const character = text.charAt(at + i);
    const both = anyCase ? [character, character.toUpperCase()] : [character];
    return [...new Set(both)].map((one) => one.charCodeAt(0));
  });
  return first!.flatMap((a) => second!.flatMap((b) => third!.map((c) => [a, b, c] as const)));
}

const dot = 0x2e;
for (let code = 0x21; code < 0x7f; code++) pairs[pairOf(dot, code)] = 1;

function isSuspect(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  const second = bytes[at]!;
  // No anchor's pair begins with a dot, and every name of an attribute has some.
  if (second === dot) return aroundWord(bytes, at, end) || aroundWord(bytes, at - 7, end);
  const third = bytes[at + 1]!;
  const ending = three(bytes[at - 1]!, second, third);
  const beginning = three(second, third, bytes[at + 2]!);
  return (
    (isSet(threes, hash(ending)) && isSecret(bytes, ending, at - 1, start, end)) ||
    (isSet(threes, hash(beginning)) && isSecret(bytes, beginning, at, start, end))
  );
}

function isSecret(
  bytes: Uint8Array,
  three: number,
  at: number,
  start: number,
  end: number,
): boolean {
  for (const anchor of byThree.get(three) ?? []) {
    const begin = at - anchor.at;
    const from = begin + anchor.text.length;
    if (begin < start || from > end || !stands(anchor, bytes, begin)) continue;
    if (anchor.check(bytes, from, end)) return true;
  }
  return false;
}

function stands({ text, anyCase }: Anchor, bytes: Uint8Array, begin: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[begin + i]!;
    const capital = anyCase && byte >= 0x41 && byte <= 0x5a;
    if (text.charCodeAt(i) !== (capital ? byte + 32 : byte)) return false;
  }
  return true;
}

/** A Discord token, which has no letters of its own: three words between dots, the one in the middle of six characters. */
function aroundWord(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at + 7] !== dot || bytes[at] !== dot || at < 23 || at + 34 >= end) return false;
  return runLength(bytes, at - 23, at, 23) === 23 && runLength(bytes, at + 8, end, 27) === 27;
}
