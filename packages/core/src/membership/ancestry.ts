import { type Few, NO_FEW, sole, withOne } from "./few.ts";

/** One span id of one trace: all records that claim it, and its place in the tree. May stand before any of them arrived. */
export interface SpanNode<Entry> {
  carried: Few;
  parents: Few;
  up: SpanNode<Entry> | undefined;
  /** Spans that named this one; of those that took it back, `up` says otherwise. */
  readonly down: SpanNode<Entry>[];
  /** Records of this span, and log records that point at it. */
  readonly entries: Entry[];
  /** The nearest session at or above, null where that is ambiguous; meaningless while stale. */
  nearest: string | null | undefined;
  stale: boolean;
}

/** Duplicates of one span that disagree more often than this are "several" all the same. */
export const CLAIMS_KEPT = 4;

/**
 * The spans of one trace and who is the nearest carrier at or above each, in any order of arrival.
 *
 * A change marks what hangs below it as stale and stops at carriers and at what is stale already; answers are found on
 * demand, walking up and writing back. Without duplicate span ids every span changes its carrier at most once, whatever
 * the order: linear. Nothing recurses: traces of 10,000 levels are real (a loop that forgets to end its spans).
 */
export class Ancestry<Entry> {
  readonly #nodes = new Map<string, SpanNode<Entry>>();
  readonly #canonical: (session: string) => string;
  #stale: SpanNode<Entry>[] = [];

  constructor(canonical: (session: string) => string) {
    this.#canonical = canonical;
  }

  get(spanId: string): SpanNode<Entry> | undefined {
    return this.#nodes.get(spanId);
  }

  /** The node of a span id, made if need be. */
  at(spanId: string): SpanNode<Entry> {
    let node = this.#nodes.get(spanId);
    if (node === undefined) {
      node = {
        carried: NO_FEW,
        parents: NO_FEW,
        up: undefined,
        down: [],
        entries: [],
        nearest: undefined,
        stale: false,
      };
      this.#nodes.set(spanId, node);
    }
    return node;
  }

  /** One record says this about its span. */
  claim(node: SpanNode<Entry>, session: string | undefined, parentSpanId: string): void {
    if (session !== undefined) node.carried = withOne(node.carried, session, CLAIMS_KEPT);
    if (parentSpanId !== "") this.#claimParent(node, parentSpanId);
    if (this.#outdated(node)) this.#markStale(node);
  }

  nearest(node: SpanNode<Entry>): string | null | undefined {
    const path: SpanNode<Entry>[] = [];
    let at: SpanNode<Entry> | undefined = node;
    while (at?.stale === true) {
      // Fresh and empty from here on, so that a cycle of parents ends the walk where it began.
      at.stale = false;
      at.nearest = undefined;
      path.push(at);
      if (at.carried.length > 0) {
        at.nearest = sole(at.carried, this.#canonical);
        break;
      }
      at = at.up;
    }
    const found = at?.nearest;
    for (const passed of path) passed.nearest = found;
    return found;
  }

  /** Spans whose answer may have changed since the last call. */
  takeStale(): readonly SpanNode<Entry>[] {
    const taken = this.#stale;
    if (taken.length > 0) this.#stale = [];
    return taken;
  }

  /** Ids have come to mean something else. */
  renamed(): void {
    for (const node of this.#nodes.values()) {
      if (!node.stale) this.#stale.push(node);
      node.stale = true;
    }
  }

  #claimParent(node: SpanNode<Entry>, parentSpanId: string): void {
    const before = node.parents;
    node.parents = withOne(before, parentSpanId, CLAIMS_KEPT);
    if (node.parents === before) return;
    if (before.length > 0) node.up = undefined;
    else {
      node.up = this.at(parentSpanId);
      node.up.down.push(node);
    }
  }

  #outdated(node: SpanNode<Entry>): boolean {
    if (node.stale) return false;
    if (node.carried.length > 0) return node.nearest !== sole(node.carried, this.#canonical);
    return node.up?.stale === true || node.up?.nearest !== node.nearest;
  }

  #markStale(top: SpanNode<Entry>): void {
    const waiting = [top];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      node.stale = true;
      this.#stale.push(node);
      for (const child of node.down)
        if (child.up === node && !child.stale && child.carried.length === 0) waiting.push(child);
    }
  }
}
