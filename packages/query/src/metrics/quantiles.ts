/** How many values are kept as they are, before they are only counted by size. */
const EXACT = 1_024;
/** Neighbouring sizes differ by 1 %, so that a size's middle is within 0.5 % of each of its values. */
const GROWTH = Math.log(1.01);

/**
 * The quantiles of a stream in bounded memory: exact up to 1,024 values, then within 0.5 % of the true value. Tempo
 * estimates them inside buckets of powers of two, which may be off by half.
 */
export class Quantiles {
  #values: number[] | undefined = [];
  #count = 0;
  readonly #sizes = new Map<number, number>();

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#count++;
    if (this.#values === undefined) this.#countSize(value);
    else if (this.#values.push(value) > EXACT) this.#giveUpValues(this.#values);
  }

  /** Takes in what another has seen. */
  merge(other: Quantiles): void {
    if (other.#values !== undefined) {
      for (const value of other.#values) this.add(value);
      return;
    }
    if (this.#values !== undefined) this.#giveUpValues(this.#values);
    this.#count += other.#count;
    for (const [size, count] of other.#sizes)
      this.#sizes.set(size, (this.#sizes.get(size) ?? 0) + count);
  }

  /** Between the two nearest ranks where values are kept; NaN of nothing. */
  at(quantile: number): number {
    if (this.#count === 0) return Number.NaN;
    if (quantile < 0) return Number.NEGATIVE_INFINITY;
    if (quantile > 1) return Number.POSITIVE_INFINITY;
    const rank = quantile * (this.#count - 1);
    if (this.#values === undefined) return this.#sizeAt(rank);
    this.#values.sort((a, b) => a - b);
    const low = this.#values[Math.floor(rank)] ?? 0;
    const high = this.#values[Math.ceil(rank)] ?? low;
    const share = rank - Math.floor(rank);
    return low * (1 - share) + high * share;
  }

  #giveUpValues(values: readonly number[]): void {
    this.#values = undefined;
    for (const value of values) this.#countSize(value);
  }

  #countSize(value: number): void {
    const size = sizeOf(value);
    this.#sizes.set(size, (this.#sizes.get(size) ?? 0) + 1);
  }

  #sizeAt(rank: number): number {
    let seen = 0;
    let last = 0;
    for (const [size, count] of [...this.#sizes].toSorted(([a], [b]) => a - b)) {
      last = size;
      seen += count;
      if (seen > rank) break;
    }
    return middleOf(last);
  }
}

/** Sizes ascend with values, those of negative ones below zero. Moved apart by OFFSET so that the smallest are not 0 too. */
const OFFSET = 75_000;

function sizeOf(value: number): number {
  if (value === 0) return 0;
  const size = Math.ceil(Math.log(Math.min(Math.abs(value), Number.MAX_VALUE)) / GROWTH) + OFFSET;
  return value > 0 ? Math.max(1, size) : -Math.max(1, size);
}

function middleOf(size: number): number {
  if (size === 0) return 0;
  return Math.sign(size) * Math.exp((Math.abs(size) - OFFSET - 0.5) * GROWTH);
}
