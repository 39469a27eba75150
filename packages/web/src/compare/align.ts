import type { Step } from "../engine/protocol.ts";

/** Steps of two sessions that stand for each other; null where one has none. */
export interface Pair {
  readonly a: Step | null;
  readonly b: Step | null;
}

export interface Aligned {
  readonly pairs: readonly Pair[];
  /** Where the two first did something else, or one failed where the other did not; -1 when nowhere. */
  readonly first: number;
}

/** Cells of the table that finds the longest common course; two sessions of 4,000 steps fill it. */
const mostCells = 16_000_000;
/** Beyond that, how far ahead a step's twin is looked for. */
const lookAhead = 64;

/** Lays two courses of steps beside each other so that as many as possible of the same kind and name stand together. */
export function align(a: readonly Step[], b: readonly Step[]): Aligned {
  const pairs: Pair[] = [];
  let start = 0;
  while (start < a.length && start < b.length && same(a[start], b[start])) {
    pairs.push({ a: a[start] ?? null, b: b[start] ?? null });
    start++;
  }
  let endA = a.length;
  let endB = b.length;
  const tail: Pair[] = [];
  while (endA > start && endB > start && same(a[endA - 1], b[endB - 1])) {
    tail.push({ a: a[--endA] ?? null, b: b[--endB] ?? null });
  }
  const [middleA, middleB] = [a.slice(start, endA), b.slice(start, endB)];
  const small = middleA.length * middleB.length <= mostCells;
  pairs.push(
    ...(small ? longest(middleA, middleB) : nearest(middleA, middleB)),
    ...tail.toReversed(),
  );
  return { pairs, first: pairs.findIndex(differs) };
}

function same(a: Step | undefined, b: Step | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.name === b.name;
}

function differs({ a, b }: Pair): boolean {
  return a === null || b === null || a.error !== b.error;
}

/** The longest common course, by the usual table. */
function longest(a: readonly Step[], b: readonly Step[]): Pair[] {
  const wide = b.length + 1;
  const table = new Uint16Array((a.length + 1) * wide);
  const cell = (i: number, j: number) => table[i * wide + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * wide + j] = same(a[i], b[j])
        ? cell(i + 1, j + 1) + 1
        : Math.max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (same(a[i], b[j])) pairs.push({ a: a[i++] ?? null, b: b[j++] ?? null });
    else if (cell(i + 1, j) >= cell(i, j + 1)) pairs.push({ a: a[i++] ?? null, b: null });
    else pairs.push({ a: null, b: b[j++] ?? null });
  }
  return [...pairs, ...rest(a, i, b, j)];
}

/** Too long for the table: each step takes the nearest like it. */
function nearest(a: readonly Step[], b: readonly Step[]): Pair[] {
  const pairs: Pair[] = [];
  let j = 0;
  for (const step of a) {
    const at = b.slice(j, j + lookAhead).findIndex((other) => same(step, other));
    if (at < 0) {
      pairs.push({ a: step, b: null });
      continue;
    }
    for (const skipped of b.slice(j, j + at)) pairs.push({ a: null, b: skipped });
    pairs.push({ a: step, b: b[j + at] ?? null });
    j += at + 1;
  }
  return [...pairs, ...rest(a, a.length, b, j)];
}

function rest(a: readonly Step[], i: number, b: readonly Step[], j: number): Pair[] {
  return [
    ...a.slice(i).map((step) => ({ a: step, b: null })),
    ...b.slice(j).map((step) => ({ a: null, b: step })),
  ];
}
