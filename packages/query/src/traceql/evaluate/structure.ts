import type { SpanRecord } from "@throughline/core/record";
import type { Relation } from "../vocabulary.ts";
import type { Trace } from "./trace.ts";

type Spans = readonly SpanRecord[];
type Kin = ">" | ">>" | "<" | "<<" | "~";

const REVERSE: { readonly [kin in Kin]: Kin } = {
  ">": "<",
  ">>": "<<",
  "<": ">",
  "<<": ">>",
  "~": "~",
};

const KIN: { readonly [relation in Relation]: Kin } = {
  ">": ">",
  ">>": ">>",
  "<": "<",
  "<<": "<<",
  "~": "~",
  "!>": ">",
  "!>>": ">>",
  "!<": "<",
  "!<<": "<<",
  "!~": "~",
  "&>": ">",
  "&>>": ">>",
  "&<": "<",
  "&<<": "<<",
  "&~": "~",
};

/** The spans of a trace that a structural operator gives, in the trace's order. */
export function relate(relation: Relation, left: Spans, right: Spans, trace: Trace): Spans {
  const kin = KIN[relation];
  const isKin = kinTest(kin, left, trace);
  if (relation.startsWith("!")) return right.filter((span) => !isKin(span));
  const found = right.filter(isKin);
  if (!relation.startsWith("&")) return found;
  const both = new Set([...found, ...left.filter(kinTest(REVERSE[kin], right, trace))]);
  return trace.spans.filter((span) => both.has(span));
}

/** Whether a span is a child, descendant, parent, ancestor or sibling of one of `others`. */
function kinTest(kin: Kin, others: Spans, trace: Trace): (span: SpanRecord) => boolean {
  switch (kin) {
    case ">": {
      const parents = new Set(others);
      return (span) => has(parents, trace.parentOf(span));
    }
    case ">>":
      return descendantTest(new Set(others), trace);
    case "<": {
      const parents = new Set(others.map((span) => trace.parentOf(span)));
      return (span) => parents.has(span);
    }
    case "<<": {
      const ancestors = ancestorsOf(others, trace);
      return (span) => ancestors.has(span);
    }
    case "~":
      return siblingTest(others);
  }
}

/** Remembers the answer of every span on the way up, so that a chain of n spans costs n steps and not n². */
function descendantTest(
  ancestors: ReadonlySet<SpanRecord>,
  trace: Trace,
): (span: SpanRecord) => boolean {
  const known = new Map<SpanRecord, boolean>();
  return (span) => {
    const way: SpanRecord[] = [];
    let answer = false;
    for (let at: SpanRecord | undefined = span; at !== undefined;) {
      const before = known.get(at);
      if (before !== undefined) {
        answer = before;
        break;
      }
      // Until it is known better, a span met again on the way up (parents in a circle) has no ancestor.
      known.set(at, false);
      way.push(at);
      at = trace.parentOf(at);
      if (has(ancestors, at)) {
        answer = true;
        break;
      }
    }
    for (const each of way) known.set(each, answer);
    return answer;
  };
}

function ancestorsOf(spans: Spans, trace: Trace): ReadonlySet<SpanRecord> {
  const ancestors = new Set<SpanRecord>();
  for (const span of spans)
    for (
      let at = trace.parentOf(span);
      at !== undefined && !ancestors.has(at);
      at = trace.parentOf(at)
    )
      ancestors.add(at);
  return ancestors;
}

function siblingTest(others: Spans): (span: SpanRecord) => boolean {
  const byParent = new Map<string, Set<SpanRecord>>();
  for (const span of others) {
    if (span.parentSpanId === "") continue;
    const siblings = byParent.get(span.parentSpanId);
    if (siblings === undefined) byParent.set(span.parentSpanId, new Set([span]));
    else siblings.add(span);
  }
  return (span) => {
    const siblings = byParent.get(span.parentSpanId);
    return siblings !== undefined && siblings.size > (siblings.has(span) ? 1 : 0);
  };
}

function has(set: ReadonlySet<SpanRecord>, span: SpanRecord | undefined): boolean {
  return span !== undefined && set.has(span);
}
