import type { SpanRecord } from "@throughline/core/record";

/** Where a span stands in the numbering of its tree; all 0 where no root leads to it. */
export interface Nesting {
  readonly left: number;
  readonly right: number;
  readonly parent: number;
}

const UNROOTED: Nesting = { left: 0, right: 0, parent: 0 };

/**
 * The spans of one trace and how they hang together. Parents may be missing, repeated or go round in circles: strangers
 * sent them. Everything beyond the parents is worked out when it is first asked for.
 */
export class Trace {
  /** By start time. */
  readonly spans: readonly SpanRecord[];
  #byId: ReadonlyMap<string, SpanRecord> | undefined;
  #children: ReadonlyMap<SpanRecord, readonly SpanRecord[]> | undefined;
  #nesting: ReadonlyMap<SpanRecord, Nesting> | undefined;

  constructor(spans: readonly SpanRecord[]) {
    this.spans = spans.toSorted((a, b) =>
      a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0,
    );
  }

  /** The earliest span without a parent. */
  get root(): SpanRecord | undefined {
    return this.spans.find(({ parentSpanId }) => parentSpanId === "");
  }

  get startNs(): bigint {
    return this.spans[0]?.startNs ?? 0n;
  }

  get durationNs(): number {
    let end = this.startNs;
    for (const { endNs } of this.spans) if (endNs > end) end = endNs;
    return Number(end - this.startNs);
  }

  parentOf(span: SpanRecord): SpanRecord | undefined {
    if (span.parentSpanId === "") return undefined;
    this.#byId ??= firstById(this.spans);
    return this.#byId.get(span.parentSpanId);
  }

  childrenOf(span: SpanRecord): readonly SpanRecord[] {
    this.#children ??= this.#findChildren();
    return this.#children.get(span) ?? [];
  }

  nestingOf(span: SpanRecord): Nesting {
    this.#nesting ??= this.#number();
    return this.#nesting.get(span) ?? UNROOTED;
  }

  #findChildren(): ReadonlyMap<SpanRecord, readonly SpanRecord[]> {
    const children = new Map<SpanRecord, SpanRecord[]>();
    for (const span of this.spans) {
      const parent = this.parentOf(span);
      if (parent === undefined) continue;
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [span]);
      else siblings.push(span);
    }
    return children;
  }

  /** Nested sets: a span's descendants have numbers between its left and its right. Circles have no root and no number. */
  #number(): ReadonlyMap<SpanRecord, Nesting> {
    const nesting = new Map<SpanRecord, Nesting>();
    let next = 1;
    const open: { span: SpanRecord; left: number; parent: number; child: number }[] = [];
    for (const root of this.spans) {
      if (root.parentSpanId !== "") continue;
      open.push({ span: root, left: next++, parent: -1, child: 0 });
      for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
        const span = this.childrenOf(at.span)[at.child++];
        if (span !== undefined) open.push({ span, left: next++, parent: at.left, child: 0 });
        else {
          nesting.set(at.span, { left: at.left, right: next++, parent: at.parent });
          open.pop();
        }
      }
    }
    return nesting;
  }
}

function firstById(spans: readonly SpanRecord[]): ReadonlyMap<string, SpanRecord> {
  return new Map(spans.toReversed().map((span) => [span.spanId, span]));
}
