import type { TelemetryRecord } from "../record/record.ts";
import { sessionRoot } from "../topology.ts";
import { Aliases } from "./aliases.ts";
import { CLAIMS_KEPT } from "./ancestry.ts";
import { type Belonging, belongingOf, type KeyReader, type Placed } from "./belonging.ts";
import { type Few, NO_FEW, sole, withOne } from "./few.ts";
import {
  absorb,
  NO_TALLY,
  sessionOfStrand,
  sessionOfTrace,
  splitTarget,
  targetsOf,
  type TraceTally,
} from "./tally.ts";

export interface ResolveOptions<R extends Placed = TelemetryRecord> {
  readonly keyOf: KeyReader<R>;
  /** The session whose own door a record came in through. */
  readonly doorOf?: (record: R) => string | undefined;
}

export interface Resolution {
  /** One answer a record, in the order of the records. */
  readonly belongings: readonly Belonging[];
  /** All ids that mean the same session, its name first. */
  aliases(session: string): readonly string[];
}

/** Membership of records that are all at hand: two passes, nothing kept that only a later arrival would need. */
export function resolve<R extends Placed = TelemetryRecord>(
  records: readonly R[],
  { doorOf, keyOf }: ResolveOptions<R>,
): Resolution {
  const whole = new Whole();
  const carried: (string | undefined)[] = [];
  const doors: (string | undefined)[] = [];
  for (const record of records) {
    const session = keyOf(record)?.id;
    const door = doorOf?.(record);
    carried.push(session);
    doors.push(door);
    whole.see(record, session, door);
  }
  return {
    belongings: records.map((record, index) =>
      whole.belongingOf(record, carried[index], doors[index]),
    ),
    aliases: (session) => whole.aliases.all(session),
  };
}

interface Span {
  carried: Few;
  parents: Few;
  /** The nearest session at or above, once asked for. */
  nearest: string | null | undefined;
  asked: boolean;
}

interface Trace {
  tally: TraceTally;
  readonly spans: Map<string, Span>;
  leads: string | undefined;
  followed: boolean;
}

class Whole {
  readonly aliases = new Aliases();
  readonly #traces = new Map<string, Trace>();
  readonly #derived = new Map<string, string>();
  readonly #known = new Set<string>();
  readonly #canonical = (session: string): string => this.aliases.of(session);
  readonly #sessionAt = (target: string): string | undefined => this.#at(target);

  see(record: Placed, carried: string | undefined, door: string | undefined): void {
    if (carried !== undefined) this.#know(carried);
    if (door !== undefined) {
      this.#know(door);
      this.aliases.seen(door, carried);
    }
    if (record.traceId === "") return;
    let trace = this.#traces.get(record.traceId);
    if (trace === undefined) {
      trace = { tally: NO_TALLY, spans: new Map(), leads: undefined, followed: false };
      this.#traces.set(record.traceId, trace);
    }
    trace.tally = absorb(trace.tally, door ?? carried, targetsOf(record));
    if (record.kind === "log" || record.spanId === "") return;
    let span = trace.spans.get(record.spanId);
    if (span === undefined) {
      span = { carried: NO_FEW, parents: NO_FEW, nearest: undefined, asked: false };
      trace.spans.set(record.spanId, span);
    }
    if (carried !== undefined) span.carried = withOne(span.carried, carried, CLAIMS_KEPT);
    if (record.parentSpanId !== "")
      span.parents = withOne(span.parents, record.parentSpanId, CLAIMS_KEPT);
  }

  belongingOf(record: Placed, carried: string | undefined, door: string | undefined): Belonging {
    const trace = this.#traces.get(record.traceId);
    return belongingOf({
      carried: carried === undefined ? undefined : this.#canonical(carried),
      inherited: trace === undefined ? undefined : this.#nearest(trace, record.spanId),
      joined: door === undefined ? this.#home(record.traceId) : this.#canonical(door),
      linked:
        sole(targetsOf(record), this.#sessionAt) ??
        (trace === undefined ? undefined : this.#leads(record.traceId, trace)),
    });
  }

  #know(session: string): void {
    if (this.#known.has(session)) return;
    this.#known.add(session);
    this.#derived.set(sessionRoot(session).traceId, session);
  }

  #home(traceId: string): string | null | undefined {
    const trace = this.#traces.get(traceId);
    const seen = trace === undefined ? undefined : sessionOfTrace(trace.tally, this.#canonical);
    if (seen !== undefined) return seen;
    const derived = this.#derived.get(traceId);
    return derived === undefined ? undefined : this.#canonical(derived);
  }

  #leads(traceId: string, trace: Trace): string | undefined {
    if (!trace.followed) {
      trace.followed = true;
      if (this.#home(traceId) === undefined)
        trace.leads = sessionOfStrand(trace.tally, this.#sessionAt);
    }
    return trace.leads;
  }

  #at(target: string): string | undefined {
    const [traceId, spanId] = splitTarget(target);
    const home = this.#home(traceId);
    if (home !== null) return home;
    const trace = this.#traces.get(traceId);
    return trace === undefined ? undefined : (this.#nearest(trace, spanId) ?? undefined);
  }

  /** Walks up, not by recursion: traces of 10,000 levels are real. */
  #nearest(trace: Trace, spanId: string): string | null | undefined {
    const path: Span[] = [];
    let at = trace.spans.get(spanId);
    while (at?.asked === false) {
      // Empty from here on, so that a cycle of parents ends the walk where it began.
      at.asked = true;
      path.push(at);
      if (at.carried.length > 0) {
        at.nearest = sole(at.carried, this.#canonical);
        break;
      }
      const [parent] = at.parents;
      at = at.parents.length === 1 && parent !== undefined ? trace.spans.get(parent) : undefined;
    }
    const found = at?.nearest;
    for (const passed of path) passed.nearest = found;
    return found;
  }
}
