import { sessionRoot } from "../topology.ts";
import type { Fact, Lead } from "./fact.ts";
import type { TraceFacts } from "./trace-facts.ts";
import type { World } from "./world.ts";

/** Of faults that can be many in one session, so many culprits are remembered. */
const REMEMBERED = 10_000;

/** What is known of one session until it is decided. Its traces may be decided before. */
export class SessionFacts {
  /** One id for all that mean the session. */
  readonly name: string;
  readonly world: World;
  /** Trace id to span id of the root, for each id that means the session. */
  readonly roots = new Map<string, string>();
  /** Traces not yet decided. */
  readonly open = new Set<TraceFacts>();
  /** Whether the session was decided before and came back. */
  readonly reopened: boolean;
  rootArrived = false;
  /** The earliest `session.start`. */
  start: Fact | undefined;
  ended = false;
  /** Whether a step was announced and never arrived: what it would have linked is not known. */
  unfinished = false;
  /** Traces decided so far that have spans of the session. */
  traces = 0;
  /** Of those, the top of each that has no link to the session's root. */
  readonly unlinked: Fact[] = [];
  /** Traces that work of the session came in from, and links back to: they are not cut off from it. */
  readonly reached = new Set<string>();
  /** Spans that link to the root. */
  readonly rootLinkers: Fact[] = [];
  /** Delegations that were started, by id. */
  readonly delegations = new Map<string, Fact>();
  touchedMs = 0;
  touched = 0;

  constructor(name: string, world: World, reopened: boolean) {
    this.name = name;
    this.world = world;
    this.reopened = reopened;
    this.meet(name);
  }

  /** An id that means this session. */
  meet(id: string): void {
    const { spanId, traceId } = sessionRoot(id);
    this.roots.set(traceId, spanId);
  }

  isRoot(context: { readonly traceId: string; readonly spanId: string }): boolean {
    return this.roots.get(context.traceId) === context.spanId;
  }

  /** Takes up what a trace with records of the session says about the session as a whole; `linking` are its spans with links. */
  understand(trace: TraceFacts, linking: readonly Fact[]): void {
    const root = this.roots.get(trace.id);
    if (root !== undefined && trace.spans.of(root) !== undefined) this.rootArrived = true;
    this.unfinished ||= trace.unfinished;
    for (const fact of linking)
      for (const link of fact.links) {
        const back = link.reason === "ingress" || link.reason === "delegation";
        if (back && link.traceId !== trace.id && this.reached.size < REMEMBERED)
          this.reached.add(link.traceId);
        if (fact.step !== "session" && this.isRoot(link) && this.rootLinkers.length < REMEMBERED)
          this.rootLinkers.push(fact);
      }
  }

  started(event: Fact): void {
    if (this.start === undefined || event.startNs < this.start.startNs) this.start = event;
  }

  delegated(id: string, event: Fact): void {
    if (this.delegations.size < REMEMBERED) this.delegations.set(id, event);
  }

  /** Takes up how a trace, judged by now, hangs together with the rest of the session; `own` are the session's records in it. */
  judged(trace: TraceFacts, own: readonly Fact[]): void {
    this.open.delete(trace);
    // What belongs here by a link alone is linked, if not to the root.
    if (trace.reopened || !own.some(isSpan) || !own.some(({ session }) => session !== undefined))
      return;
    this.traces++;
    if (this.roots.has(trace.id)) return;
    // A chain of turns will not do: each must be found without the others, and the first segment's predecessor is the root.
    const leadsHome = (link: Lead): boolean => link.reason !== "previous" && this.isRoot(link);
    if (trace.linking.some(({ links }) => links.some(leadsHome))) return;
    const tops = own.filter((fact) => isSpan(fact) && isTop(fact, trace));
    // With the top missing or in the wrong place, so is its link: reported already.
    if (tops.some((top) => isMisplaced(top) || isOrphan(top, trace))) return;
    const [first] = tops.toSorted((a, b) => a.startNs - b.startNs);
    if (first !== undefined && this.unlinked.length < REMEMBERED) this.unlinked.push(first);
  }

  /** Two ids turned out to mean one session. */
  absorb(other: SessionFacts): void {
    for (const [traceId, spanId] of other.roots) this.roots.set(traceId, spanId);
    for (const trace of other.open) this.open.add(trace);
    for (const traceId of other.reached) this.reached.add(traceId);
    for (const [id, event] of other.delegations) this.delegations.set(id, event);
    this.unlinked.push(...other.unlinked);
    this.rootLinkers.push(...other.rootLinkers);
    this.rootArrived ||= other.rootArrived;
    this.ended ||= other.ended;
    this.unfinished ||= other.unfinished;
    this.traces += other.traces;
    if (other.start !== undefined) this.started(other.start);
    this.touched = Math.max(this.touched, other.touched);
    this.touchedMs = Math.max(this.touchedMs, other.touchedMs);
  }
}

function isSpan({ kind }: Fact): boolean {
  return kind === "span";
}

/** The first of the session's spans on the way down from the trace's root. */
function isTop(span: Fact, trace: TraceFacts): boolean {
  const above = trace.carrierAbove(span);
  return above === undefined || span.session === undefined
    ? trace.parentOf(span) === undefined
    : !trace.sameSession(above, span);
}

/** Without its id a span still has its links. */
function isMisplaced({ standing }: Fact): boolean {
  const misplaced = standing?.misplaced;
  return misplaced !== undefined && misplaced !== "C01" && misplaced !== "C20";
}

function isOrphan(fact: Fact, trace: TraceFacts): boolean {
  return fact.hasParent && trace.parentOf(fact) === undefined;
}
