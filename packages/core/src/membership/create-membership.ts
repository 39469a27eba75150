import type { TelemetryRecord } from "../record/record.ts";
import { sessionRoot } from "../topology.ts";
import { Aliases } from "./aliases.ts";
import { Ancestry, type SpanNode } from "./ancestry.ts";
import {
  type Belonging,
  belongingOf,
  type KeyReader,
  NOWHERE,
  sameBelonging,
} from "./belonging.ts";
import { sole } from "./few.ts";
import { absorb, sessionOfStrand, sessionOfTrace, splitTarget, targetsOf } from "./tally.ts";
import { emptyTrace, type Entry, type Trace } from "./trace.ts";

export interface MembershipOptions {
  readonly keyOf: KeyReader;
}

export interface BelongingChange<Id> extends Belonging {
  readonly id: Id;
}

/**
 * Which session each record belongs to, kept true while records arrive in any order: child before parent, link before
 * target, the id last of all. The answers after any order are those of `resolve` over all the records.
 */
export interface Membership<Id> {
  /** `door` is the session whose own door the record came in through. An id seen before is ignored: records do not change. */
  add(id: Id, record: TelemetryRecord, door?: string): void;
  belongingOf(id: Id): Belonging;
  /** Records whose answer differs from the last one given here; a record starts out belonging nowhere. */
  changes(): readonly BelongingChange<Id>[];
  /** The name of the session that this id means. */
  canonical(session: string): string;
  /** All ids that mean the same session, its name first. */
  aliases(session: string): readonly string[];
  /** Drops a trace's records, which keep the last answer given; what was learnt of the trace as a whole is kept. */
  forget(traceId: string): void;
}

export function createMembership<Id>(options: MembershipOptions): Membership<Id> {
  return new Incremental<Id>(options.keyOf);
}

class Incremental<Id> implements Membership<Id> {
  readonly #keyOf: KeyReader;
  readonly #entries = new Map<Id, Entry<Id>>();
  readonly #traces = new Map<string, Trace<Id>>();
  readonly #aliases = new Aliases();
  /** Every id seen: the traces that have it. */
  readonly #sessions = new Map<string, Set<Trace<Id>>>();
  readonly #derived = new Map<string, string>();
  readonly #dirty = new Set<Trace<Id>>();
  #touched: Entry<Id>[] = [];
  readonly #canonical = (session: string): string => this.#aliases.of(session);
  readonly #sessionAt = (target: string): string | undefined => this.#at(target);

  constructor(keyOf: KeyReader) {
    this.#keyOf = keyOf;
  }

  add(id: Id, record: TelemetryRecord, door?: string): void {
    if (this.#entries.has(id)) return;
    const carried = this.#keyOf(record)?.id;
    this.#meet(carried, door);
    const trace = this.#trace(record.traceId);
    const node =
      trace.id === "" || record.spanId === "" ? undefined : trace.spans.at(record.spanId);
    const targets = targetsOf(record);
    const entry: Entry<Id> = {
      id,
      carried,
      door,
      targets,
      trace,
      node,
      belonging: NOWHERE,
      said: NOWHERE,
    };
    this.#entries.set(id, entry);
    trace.entries.push(entry);
    this.#dirty.add(trace);
    if (node !== undefined) {
      node.entries.push(entry);
      if (record.kind === "span") trace.spans.claim(node, carried, record.parentSpanId);
    }
    this.#tally(trace, door ?? carried, targets);
  }

  belongingOf(id: Id): Belonging {
    this.#settle();
    return this.#entries.get(id)?.belonging ?? NOWHERE;
  }

  changes(): readonly BelongingChange<Id>[] {
    this.#settle();
    const changes: BelongingChange<Id>[] = [];
    for (const entry of this.#touched) {
      if (sameBelonging(entry.said, entry.belonging)) continue;
      entry.said = entry.belonging;
      changes.push({ id: entry.id, ...entry.belonging });
    }
    this.#touched = [];
    return changes;
  }

  canonical(session: string): string {
    return this.#aliases.of(session);
  }

  aliases(session: string): readonly string[] {
    return this.#aliases.all(session);
  }

  forget(traceId: string): void {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return;
    this.#settle();
    for (const entry of trace.entries) this.#entries.delete(entry.id);
    trace.entries = [];
    trace.answered = 0;
    trace.spans = new Ancestry(this.#canonical);
  }

  #trace(id: string): Trace<Id> {
    let trace = this.#traces.get(id);
    if (trace === undefined) {
      trace = emptyTrace(id, this.#canonical);
      this.#traces.set(id, trace);
      // Also when it stands only for a link's target: it may be a known session's derived trace.
      this.#dirty.add(trace);
    }
    return trace;
  }

  #meet(carried: string | undefined, door: string | undefined): void {
    if (carried !== undefined) this.#know(carried);
    if (door === undefined) return;
    this.#know(door);
    for (const session of this.#aliases.seen(door, carried)) {
      const derived = this.#traces.get(sessionRoot(session).traceId);
      const traces = this.#sessions.get(session) ?? [];
      for (const trace of derived === undefined ? traces : [...traces, derived]) {
        trace.spans.renamed();
        this.#unsettle(trace);
      }
    }
  }

  #know(session: string): void {
    if (this.#sessions.has(session)) return;
    this.#sessions.set(session, new Set());
    const { traceId } = sessionRoot(session);
    this.#derived.set(traceId, session);
    const trace = this.#traces.get(traceId);
    if (trace !== undefined) this.#unsettle(trace);
  }

  #tally(trace: Trace<Id>, session: string | undefined, targets: readonly string[]): void {
    const before = trace.tally;
    trace.tally = absorb(before, session, targets);
    const { sessions } = trace.tally;
    if (session !== undefined && (sessions !== before.sessions || sessions === "many"))
      this.#sessions.get(session)?.add(trace);
    for (const target of targets) this.#trace(splitTarget(target)[0]).linkers.add(trace);
  }

  /** Everything in the trace, and in those that link to it, must be asked again. */
  #unsettle(trace: Trace<Id>): void {
    trace.unsettled = true;
    this.#dirty.add(trace);
    this.#unsettleLinkers(trace);
  }

  #unsettleLinkers(trace: Trace<Id>): void {
    for (const linker of trace.linkers) {
      linker.unsettled = true;
      this.#dirty.add(linker);
    }
  }

  #settle(): void {
    const moved: SpanNode<Entry<Id>>[] = [];
    // Grows while it is walked: whoever links to a trace that changed is asked again too.
    for (const trace of this.#dirty) {
      const home = this.#homeOf(trace);
      const stale = trace.spans.takeStale();
      for (const node of stale) moved.push(node);
      if (home !== trace.home) {
        trace.home = home;
        this.#unsettle(trace);
      } else if (home === null && stale.length > 0) this.#unsettleLinkers(trace);
    }
    for (const trace of this.#dirty) this.#settleTrace(trace);
    for (const node of moved) for (const entry of node.entries) this.#settleEntry(entry);
    this.#dirty.clear();
  }

  #settleTrace(trace: Trace<Id>): void {
    const leads =
      trace.id !== "" && trace.home === undefined
        ? sessionOfStrand(trace.tally, this.#sessionAt)
        : undefined;
    const first = trace.unsettled || leads !== trace.leads ? 0 : trace.answered;
    trace.leads = leads;
    trace.unsettled = false;
    trace.answered = trace.entries.length;
    for (const entry of trace.entries.slice(first)) this.#settleEntry(entry);
  }

  #settleEntry(entry: Entry<Id>): void {
    const { carried, door, node, targets, trace } = entry;
    const belonging = belongingOf({
      carried: carried === undefined ? undefined : this.#canonical(carried),
      inherited: node === undefined ? undefined : trace.spans.nearest(node),
      joined: door === undefined ? trace.home : this.#canonical(door),
      linked: sole(targets, this.#sessionAt) ?? trace.leads,
    });
    if (sameBelonging(belonging, entry.belonging)) return;
    entry.belonging = belonging;
    this.#touched.push(entry);
  }

  #homeOf(trace: Trace<Id>): string | null | undefined {
    if (trace.id === "") return undefined;
    const seen = sessionOfTrace(trace.tally, this.#canonical);
    if (seen !== undefined) return seen;
    const derived = this.#derived.get(trace.id);
    return derived === undefined ? undefined : this.#canonical(derived);
  }

  #at(target: string): string | undefined {
    const [traceId, spanId] = splitTarget(target);
    const trace = this.#traces.get(traceId);
    if (trace === undefined || trace.home !== null) return trace?.home ?? undefined;
    const node = trace.spans.get(spanId);
    return node === undefined ? undefined : (trace.spans.nearest(node) ?? undefined);
  }
}
