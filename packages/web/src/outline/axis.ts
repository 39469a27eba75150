import type { TreeNode } from "@throughline/core/session";

/** A stretch of time and where it lies on the axis, whose ends are 0 and 1. A fold is time in which nothing happened. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly x0: number;
  readonly x1: number;
  readonly fold: boolean;
}

/** Times are microseconds since the epoch. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly stretches: readonly Stretch[];
}

const leastFold = 5_000_000;
/** A fold takes this much of the axis, all of them together no more than the second number. */
const foldWidth = 0.025;
const foldsWidth = 0.3;
const mostFolds = 200;

/**
 * The axis of a session. Between turns people think, sleep and go home; that time is folded where it is longer than 5 s and
 * than a tenth of the work. Within what is at the top of the tree nothing is folded: waiting there is work.
 */
export function axisOf(roots: readonly TreeNode[], until: number): Axis {
  const work = workOf(roots, until);
  const first = work[0];
  if (first === undefined) return { from: 0, to: 1, stretches: [] };
  const last = work.at(-1) ?? first;
  const busy = work.reduce((sum, { from, to }) => sum + to - from, 0);
  const least = Math.max(leastFold, busy / 10);
  const gaps = work.flatMap(({ to: from }, index) => {
    const to = work[index + 1]?.from;
    return to !== undefined && to - from >= least ? [{ from, to }] : [];
  });
  const folds = gaps
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, mostFolds)
    .toSorted((a, b) => a.from - b.from);
  return { from: first.from, to: last.to, stretches: lay(first.from, last.to, folds) };
}

interface Span {
  from: number;
  to: number;
}

/** When something was under way, as stretches that don't touch. */
function workOf(roots: readonly TreeNode[], until: number): Span[] {
  const spans = roots.map((root) => extentOf(root, until)).toSorted((a, b) => a.from - b.from);
  const work: Span[] = [];
  for (const span of spans) {
    const last = work.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else work.push(span);
  }
  return work;
}

function extentOf(root: TreeNode, until: number): Span {
  const extent: Span = { from: root.start, to: Math.max(root.start, root.end ?? until) };
  const waiting: TreeNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    extent.from = Math.min(extent.from, node.start);
    extent.to = Math.max(extent.to, node.end ?? until);
    for (const child of node.children) waiting.push(child);
  }
  return extent;
}

function lay(from: number, to: number, folds: readonly Span[]): Stretch[] {
  const width = Math.min(foldWidth, foldsWidth / Math.max(1, folds.length));
  const folded = folds.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  // A session of a single moment still has an axis.
  const busy = Math.max(1, to - from - folded);
  const scale = (1 - width * folds.length) / busy;
  const stretches: Stretch[] = [];
  let x = 0;
  let at = from;
  const add = (until: number, x1: number, fold: boolean) => {
    stretches.push({ from: at, to: until, x0: x, x1, fold });
    at = until;
    x = x1;
  };
  for (const fold of folds) {
    add(fold.from, x + (fold.from - at) * scale, false);
    add(fold.to, x + width, true);
  }
  add(to > at ? to : at + 1, 1, false);
  return stretches;
}

/** Where a moment lies, from 0 to 1. */
export function placeOn({ stretches }: Axis, time: number): number {
  const stretch = findStretch(stretches, (each) => time < each.to);
  if (stretch === undefined) return 0;
  const { from, to, x0, x1 } = stretch;
  const part = to === from ? 0 : (time - from) / (to - from);
  return x0 + Math.min(1, Math.max(0, part)) * (x1 - x0);
}

/** Which moment lies at a place. */
export function timeAt({ stretches }: Axis, x: number): number {
  const stretch = findStretch(stretches, (each) => x < each.x1);
  if (stretch === undefined) return 0;
  const { from, to, x0, x1 } = stretch;
  const part = x1 === x0 ? 0 : (x - x0) / (x1 - x0);
  return from + Math.min(1, Math.max(0, part)) * (to - from);
}

/** The first that the test holds for, by halving; else the last. */
function findStretch(
  stretches: readonly Stretch[],
  test: (stretch: Stretch) => boolean,
): Stretch | undefined {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch !== undefined && test(stretch)) high = middle;
    else low = middle + 1;
  }
  return stretches[low];
}

export interface Tick {
  readonly x: number;
  /** Since the session began, in milliseconds. */
  readonly since: number;
}

const steps = [1, 2, 5];

/** Round times since the start, at most one for every `apart` of the window [x0, x1]; none within folds. */
export function ticksOf(axis: Axis, x0: number, x1: number, most: number): Tick[] {
  const ticks: Tick[] = [];
  const apart = (x1 - x0) / Math.max(1, most);
  for (const stretch of axis.stretches) {
    if (stretch.fold || stretch.x1 < x0 || stretch.x0 > x1) continue;
    const width = stretch.x1 - stretch.x0;
    if (width <= 0) continue;
    const step = roundStep(((stretch.to - stretch.from) / width) * apart);
    const visibleFrom = timeAt(axis, Math.max(stretch.x0, x0)) - axis.from;
    const visibleTo = stretch.x1 <= x1 ? stretch.to - axis.from : timeAt(axis, x1) - axis.from;
    for (let at = Math.ceil(visibleFrom / step) * step; at <= visibleTo; at += step) {
      const x =
        stretch.x0 + ((at + axis.from - stretch.from) / (stretch.to - stretch.from)) * width;
      const last = ticks.at(-1);
      // Its label needs room before the next fold, too.
      const crowded = stretch.x1 < 1 && stretch.x1 - x < apart * 0.5;
      if (!crowded && (last === undefined || x - last.x >= apart * 0.6))
        ticks.push({ x, since: at / 1_000 });
      if (ticks.length > most * 3) return ticks;
    }
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten; above a minute the steps of a clock. */
function roundStep(micros: number): number {
  const clock = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((m) => m * 60_000_000);
  if (micros > 30_000_000)
    return clock.find((step) => step >= micros) ?? Math.ceil(micros / 86.4e9) * 86.4e9;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, micros)));
  return power * (steps.find((step) => step * power >= micros) ?? 10);
}
