/** Names by exact match or, with a trailing `*`, by prefix, each with something it leads to. */
export interface Patterns<T> {
  readonly exact: ReadonlyMap<string, readonly T[]>;
  readonly prefixes: readonly (readonly [prefix: string, value: T])[];
}

export function compilePatterns<T>(
  entries: Iterable<readonly [pattern: string, value: T]>,
): Patterns<T> {
  const exact = new Map<string, T[]>();
  const prefixes: [string, T][] = [];
  for (const [pattern, value] of entries) {
    if (pattern.endsWith("*")) prefixes.push([pattern.slice(0, -1), value]);
    else exact.set(pattern, [...(exact.get(pattern) ?? []), value]);
  }
  return { exact, prefixes };
}

/** Exact matches first. */
export function eachMatch<T>(
  { exact, prefixes }: Patterns<T>,
  name: string,
  see: (value: T) => void,
): void {
  exact.get(name)?.forEach(see);
  for (const [prefix, value] of prefixes) if (name.startsWith(prefix)) see(value);
}

export function firstMatch<T>({ exact, prefixes }: Patterns<T>, name: string): T | undefined {
  const matches = exact.get(name);
  if (matches !== undefined) return matches[0];
  for (const [prefix, value] of prefixes) if (name.startsWith(prefix)) return value;
  return undefined;
}
