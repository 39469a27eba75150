/** What stands at one step where there is no value. */
export const ABSENT: number = Number.NaN;

/** Characters that the labels of a query's series may have together: prompts are labels too, to who groups by them. */
export const MOST_LABEL_TEXT: number = 32 * 1024 * 1024;

/** Keeps the k largest values of every step, or the smallest; on equal values the series that comes first. */
export function keepTop(
  series: readonly { readonly values: Float64Array }[],
  k: number,
  largest: boolean,
): void {
  const steps = series[0]?.values.length ?? 0;
  for (let step = 0; step < steps; step++) {
    const present = series.filter(({ values }) => !Number.isNaN(values[step]));
    if (present.length <= k) continue;
    present.sort((a, b) => {
      const [one = 0, other = 0] = [a.values[step], b.values[step]];
      return one === other ? 0 : one < other === largest ? 1 : -1;
    });
    for (const { values } of present.slice(k)) values[step] = ABSENT;
  }
}

export function hasValue({ values }: { readonly values: Float64Array }): boolean {
  return values.some((value) => !Number.isNaN(value));
}
