export interface Measured {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The middle, and between what the middle 80 % lie. */
export function spread(values: readonly number[]): Measured {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

export function line(name: string, { high, low, median }: Measured, ...more: string[]): string {
  const between = `${low.toFixed(1)} to ${high.toFixed(1)}`;
  return [`  ${name.padEnd(40)}`, median.toFixed(1).padStart(8), between.padStart(18), ...more]
    .map((cell, column) => (column > 2 ? cell.padStart(10) : cell))
    .join("");
}
