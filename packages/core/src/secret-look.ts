import { anchors, runLength, type Anchor } from "./secret-anchors.ts";

/**
 * A quick look whether bytes can hold a secret at all.
 *
 * The shapes of the contract, even in one pattern, need 290 µs for 20 KB of prose: about what plain OpenTelemetry spends on
 * the whole step. This look needs 18, and nearly every record is innocent. It may suspect too much and never too little:
 * whatever a shape matches contains one of the anchors with what its check wants after it. A test draws texts from the
 * patterns of all shapes and holds the anchors to that.
 */
export function bytesMayHoldSecret(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes.byteOffset !== 0) return bytesMayHoldSecret(Uint8Array.from(bytes), start, end);
  const view = wordsOf(bytes);
  // Names of the module are looked up anew after each call of another function.
  const table = pairs;
  const last = end >> 2;
  let word = 0;
  let next = view[start >> 2]!;
  for (let i = start >> 2; i < last; i++) {
    const before = word;
    word = next;
    next = view[i + 1]!;
    const first = table[(word >>> firstShift) & 0xffff]!;
    const second = table[(word >>> secondShift) & 0xffff]!;
    if ((first | second) === 0) continue;
    if (
      isAnchors(first, before >>> fourthByte, word >>> thirdByte) &&
      isSuspect(bytes, i * 4, start, end)
    ) {
      return true;
    }
    if (
      isAnchors(second, word >>> secondByte, next >>> firstByte) &&
      isSuspect(bytes, i * 4 + 2, start, end)
    ) {
      return true;
    }
  }
  // What is left is shorter than a word, and no secret is over so soon after the characters that are looked for.
  return isSuspect(bytes, last * 4, start, end) || isSuspect(bytes, last * 4 + 2, start, end);
}

/** `://:p@`. */
const shortest = 6;
/** Up to here a text is looked through as it is: to encode one takes longer. A Discord token has one more. */
const short = 57;
/** Longer texts get bytes of their own. */
const kept = 65_536;
const scratch = new Uint8Array(kept);
const encoder = new TextEncoder();

/** The same for a text. */
export function mayHoldSecret(text: string): boolean {
  const { length } = text;
  if (length < shortest || (length <= short && !isWorthALook(text))) return false;
  if (length * 3 > kept) {
    const bytes = encoder.encode(text);
    return bytesMayHoldSecret(bytes, 0, bytes.length);
  }
  return bytesMayHoldSecret(scratch, 0, encoder.encodeInto(text, scratch).written);
}

/** Whether a short text has three characters of an anchor, or any that take more than a byte. */
function isWorthALook(text: string): boolean {
  const table = pairs;
  const last = text.length - 1;
  for (let i = 0; i < last; i += 2) {
    const first = text.charCodeAt(i);
    const second = text.charCodeAt(i + 1);
    if ((first | second) > 0x7f) return true;
    const thirds = table[pairOf(first, second)]!;
    if (thirds === 0 || thirds === withAnything) continue;
    if (isAnchors(thirds, text.charCodeAt(i - 1), text.charCodeAt(i + 2))) return true;
  }
  return false;
}

/** Bytes four at a time, a quarter of the reads; of the two arrays looked at last, which take turns. */
let seen: { readonly bytes: Uint8Array; readonly words: Int32Array } = {
  bytes: new Uint8Array(),
  words: new Int32Array(),
};
let seenBefore = seen;

function wordsOf(bytes: Uint8Array): Int32Array {
  // By the array itself: to ask it for its buffer is a call into the engine.
  if (seen.bytes === bytes) return seen.words;
  [seen, seenBefore] = [seenBefore, seen];
  if (seen.bytes !== bytes)
    seen = { bytes, words: new Int32Array(bytes.buffer, 0, bytes.length >> 2) };
  return seen.words;
}

/** Where the four bytes of a word stand in the number that a typed array makes of them: the machine's byte order. */
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const [firstByte, secondByte, thirdByte, fourthByte] = littleEndian
  ? [0, 8, 16, 24]
  : [24, 16, 8, 0];
const [firstShift, secondShift] = littleEndian ? [0, 16] : [16, 0];

/**
 * Only every second pair of bytes is looked at, so of the three characters of an anchor one of two pairs is met. Which third
 * character makes it an anchor's is told by a bit: in the low half for the one that follows, in the high half for the one
 * before. One pair of prose in eight is in some anchor, one in a hundred with its third character.
 */
const pairs = new Int32Array(1 << 16);
const withAnything = -1;

function isAnchors(thirds: number, before: number, after: number): boolean {
  return (((thirds >>> bitOf(after)) | (thirds >>> (16 + bitOf(before)))) & 1) !== 0;
}

/** One of sixteen, for the character in the lowest byte. */
function bitOf(character: number): number {
  return (character + ((character >>> 4) & 15)) & 15;
}

/** A bit for each three characters, by hash: most that come so far stand in words that only share letters with an anchor. */
const threes = new Int32Array((1 << 16) / 32);
const byThree = new Map<number, Anchor[]>();

function three(first: number, second: number, third: number): number {
  return first | (second << 8) | (third << 16);
}

function hash(three: number): number {
  return Math.imul(three, 0x9e3779b1) >>> 16;
}

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
    pairs[pairOf(a, b)]! |= 1 << bitOf(c);
    pairs[pairOf(b, c)]! |= 1 << (16 + bitOf(a));
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
for (let code = 0x21; code < 0x7f; code++) {
  if (/[\w-]/.test(String.fromCharCode(code))) pairs[pairOf(dot, code)] = withAnything;
}
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
