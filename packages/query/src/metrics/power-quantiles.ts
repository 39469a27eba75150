/**
 * Quantiles as Tempo estimates them: values are counted by the next power of two, and a quantile lies between the power before
 * and its own, by its rank among the values of that power. Dashboards show the same over either; it may be twice the true value.
 */
export class PowerQuantiles {
  readonly #counts = new Map<number, number>();
  #count = 0;

  /** Of values below 2, none is counted. */
  add(value: number): void {
    if (!(value >= 2)) return;
    const power = Math.ceil(Math.log2(value));
    this.#counts.set(power, (this.#counts.get(power) ?? 0) + 1);
    this.#count++;
  }

  /** Zero of nothing. */
  at(quantile: number): number {
    const rank = Math.max(1, Math.ceil(quantile * this.#count));
    let before = 0;
    let lower: number | undefined;
    for (const [power, count] of [...this.#counts].toSorted(([a], [b]) => a - b)) {
      if (before + count >= rank) {
        const from = lower ?? power - 1;
        return 2 ** (from + (power - from) * ((rank - before) / count));
      }
      before += count;
      lower = power;
    }
    return lower === undefined ? 0 : 2 ** lower;
  }
}
