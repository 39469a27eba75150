/**
 * A small sorted set, or the news that there were too many to keep. Union is associative, commutative and idempotent,
 * `many` absorbs everything, and size is bounded whatever a stranger sends.
 */
export type Few = readonly string[] | "many";

export const NO_FEW: Few = Object.freeze([]);

/** The same set if nothing is new, so that identity tells whether anything changed. */
export function withOne(few: Few, value: string, limit: number): Few {
  if (few === "many" || few.includes(value)) return few;
  if (few.length >= limit) return "many";
  return [...few, value].toSorted();
}

export function union(left: Few, right: Few, limit: number): Few {
  if (right === "many") return right;
  let all = left;
  for (const value of right) all = withOne(all, value, limit);
  return all;
}

/** The one value all stand for once translated; undefined when there is none, null when there are several. */
export function sole(
  few: Few,
  translate: (value: string) => string | undefined,
): string | null | undefined {
  if (few === "many") return null;
  let found: string | undefined;
  for (const value of few) {
    const meant = translate(value);
    if (meant === undefined || meant === found) continue;
    if (found !== undefined) return null;
    found = meant;
  }
  return found;
}
