/** A power of two, several times as many as keys are asked for: most attributes nobody asked for end at an empty slot. */
const SLOTS = 1024;

/**
 * Finds known keys by their bytes, without making a string: by a hash of their length and three of their bytes, then compared
 * from their end, where keys of one namespace differ.
 */
export class KeyTable {
  readonly #keys: readonly Uint8Array[];
  /** Index of the first key of each hash, and of the next with the same; -1 is none. */
  readonly #slots = new Int32Array(SLOTS).fill(-1);
  readonly #next: Int32Array;
  readonly #indices: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.#indices = new Map(names.map((name, index) => [name, index]));
    const encoder = new TextEncoder();
    this.#keys = names.map((name) => encoder.encode(name));
    this.#next = new Int32Array(names.length);
    for (const [index, key] of this.#keys.entries()) {
      const slot = slotOf(key, 0, key.length);
      this.#next[index] = this.#slots[slot]!;
      this.#slots[slot] = index;
    }
  }

  /** The index of the key that these bytes are, or -1. */
  find(bytes: Uint8Array, start: number, length: number): number {
    let index = this.#slots[slotOf(bytes, start, length)]!;
    for (; index >= 0; index = this.#next[index]!) {
      const key = this.#keys[index]!;
      if (key.length !== length) continue;
      let i = length - 1;
      while (i >= 0 && bytes[start + i] === key[i]) i--;
      if (i < 0) break;
    }
    return index;
  }

  /** The same of a key that was read already. */
  indexOf(key: string): number {
    return this.#indices.get(key) ?? -1;
  }
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0;
  const end = start + length;
  const sum = bytes[end - 1]! * 7 + bytes[start + (length >> 1)]! * 131;
  return (sum + bytes[end - 1 - (length >> 2)]! * 17 + length * 29) & (SLOTS - 1);
}
