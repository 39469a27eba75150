import { Refusal } from "../refusal/refusal.ts";

/**
 * Reads a block of Snappy, which is how Loki's clients compress what they push: the length, then pieces that are either
 * literal or a copy of what was written before.
 */
export function snappyBlock(bytes: Uint8Array, limit: number): Uint8Array {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw broken();
    return value;
  };
  const little = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++) value += byte() * 256 ** index;
    return value;
  };
  let size = 0;
  for (let factor = 1; ; factor *= 128) {
    const part = byte();
    size += (part & 127) * factor;
    if (part < 128) break;
    if (factor > 2 ** 28) throw broken();
  }
  if (size > limit) throw new Refusal("too_large", `The limit is ${limit} bytes.`);
  // A piece of three bytes stands for 64 at most: nothing is allocated on the word of a header alone.
  if (size > bytes.length * 64) throw broken();
  const whole = new Uint8Array(size);
  let filled = 0;
  while (at < bytes.length) {
    const tag = byte();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >>> 2;
      const length = (short < 60 ? short : little(short - 59)) + 1;
      if (length > bytes.length - at || length > size - filled) throw broken();
      whole.set(bytes.subarray(at, at + length), filled);
      at += length;
      filled += length;
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const offset = kind === 1 ? (tag >>> 5) * 256 + byte() : little(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > filled || length > size - filled) throw broken();
    // Byte by byte: a copy may go on into what it writes.
    for (let index = 0; index < length; index++) {
      whole[filled] = whole[filled - offset] ?? 0;
      filled++;
    }
  }
  if (filled !== size) throw broken();
  return whole;
}

function broken(): Refusal {
  return new Refusal("bad_push", "It says: the Snappy block is broken.");
}
