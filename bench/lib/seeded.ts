/** Chance from a seed: the same numbers and the same words on every machine. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  hex(bytes: number): string;
}

/** Marsaglia's xorshift, 32 bits: small, fast, the same everywhere. */
export function numbers(seed: number): Random {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 4294967296) * limit);
  return {
    below,
    chance: (probability) => next() < probability * 4294967296,
    pick: (from) => from[below(from.length)]!,
    hex(bytes) {
      let text = "";
      for (let i = 0; i < bytes; i += 4) text += next().toString(16).padStart(8, "0");
      return text;
    },
  };
}

/** Slices of a pool of made-up words, the frequent ones frequent (Zipf), so that the text compresses about as prose does. */
export function words(random: Random): (length: number) => string {
  const syllables = ["ka", "ro", "mi", "ten", "sel", "lo", "vi", "nar", "es", "to", "du", "pre"];
  const vocabulary = Array.from({ length: 20_000 }, () => {
    let word = "";
    for (let i = 1 + random.below(4); i > 0; i--) word += random.pick(syllables);
    return word;
  });
  const parts: string[] = [];
  for (let size = 0; size < 4_000_000; size += parts.at(-1)!.length + 1) {
    // Squaring a number between 0 and 1 favours the front of the list.
    parts.push(
      vocabulary[Math.floor((random.below(1_000_000) / 1_000_000) ** 2 * vocabulary.length)]!,
    );
  }
  const pool = parts.join(" ");
  return (length) => {
    const start = random.below(pool.length - length);
    return pool.slice(start, start + length);
  };
}
