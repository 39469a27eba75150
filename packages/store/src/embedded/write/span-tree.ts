import { callsIn, countMeter, type Meter, type Totals } from "@throughline/core/session";
import { SpanNodes } from "./span-nodes.ts";

const ARRIVED = 1;
const ANNOUNCED = 2;
/** Carries a session, or an ancestor does. */
const INHERITS = 4;
const ERROR = 8;
const ERROR_BELOW = 16;
const CALL_BELOW = 32;
const METER_BELOW = 64;
/** A turn or an agent. */
const RUN = 128;
const RUN_ABOVE = 256;
const AGENT = 512;
/** Announced as a turn and not arrived. */
const OPEN_TURN = 1024;
const CARRIED = 2048;

/** More spans than this of one trace are filed without a look at their relatives. */
const MOST_SPANS = 1_000_000;

/** A model call, as its span tells it. */
export interface CallTold {
  readonly service: string;
  readonly failed: boolean;
  readonly meter: Meter | undefined;
}

/** What a span adds to the counts that depend on its relatives. */
export interface SpanFacts {
  readonly start: number;
  readonly carried: boolean;
  readonly error: boolean;
  readonly run: "turn" | "agent" | undefined;
  readonly call: CallTold | undefined;
}

/**
 * The spans of one trace in any order of arrival, and what each counts among its relatives: see core's `summarise`, which
 * defines it over all records at once.
 *
 * Facts only ever become true: "has a call below", "has a session above". Each moves along an edge once, so that a span costs
 * the same whatever the order and the shape, and cycles of parents (a stranger's) end where they began.
 */
export class SpanTree {
  readonly #nodes = new SpanNodes();
  readonly #calls = new Sparse<CallTold>();
  readonly #errorLogs = new Sparse<number>();
  /** Log records without a session, by the span they point at. */
  readonly #waitingLogs = new Sparse<number>();
  /** Set when records contradict each other, so that only a recount can tell. */
  odd = false;

  get bytes(): number {
    return this.#nodes.bytes + this.#calls.size * CALL_BYTES;
  }

  /**
   * Whether a span with this id is here already: "same" when it is the one that is delivered again, "alike" or "odd" when it is
   * another that only shares the id, and odd if the two disagree about their place or their session.
   */
  again(
    low: number,
    high: number,
    parentLow: number,
    parentHigh: number,
    { carried, start }: SpanFacts,
  ): "new" | "same" | "alike" | "odd" {
    const node = this.#nodes.find(low, high);
    if (node === 0 || !this.#nodes.has(node, ARRIVED)) return "new";
    const agrees =
      this.#nodes.is(this.#nodes.parent(node), parentLow, parentHigh) &&
      this.#nodes.has(node, CARRIED) === carried;
    if (!agrees) return "odd";
    return this.#nodes.startsAt(node, start) ? "same" : "alike";
  }

  /** A span, the first with its id; a parent of 0, 0 means none. */
  arrive(
    low: number,
    high: number,
    parentLow: number,
    parentHigh: number,
    facts: SpanFacts,
    totals: Totals,
  ): void {
    if (this.#nodes.size >= MOST_SPANS) return;
    const parent = parentLow === 0 && parentHigh === 0 ? 0 : this.#nodes.at(parentLow, parentHigh);
    const node = this.#nodes.at(low, high);
    if (this.#nodes.has(node, ANNOUNCED)) this.#closeAnnounced(node, facts, totals);
    this.#nodes.set(node, ARRIVED);
    this.#nodes.setStart(node, facts.start);
    if (parent > 0) this.#nodes.hang(node, parent);
    this.#countSession(node, parent, facts.carried, totals);
    if (facts.error) this.#countError(node, parent, totals);
    this.#countCall(node, parent, facts.call, totals);
    this.#countRun(node, parent, facts.run, totals);
  }

  /** A span that has begun and not ended yet. */
  announce(low: number, high: number, run: "turn" | "agent" | undefined, totals: Totals): void {
    if (this.#nodes.size >= MOST_SPANS) return;
    const node = this.#nodes.at(low, high);
    if (this.#nodes.has(node, ARRIVED | ANNOUNCED)) return;
    this.#nodes.set(node, ANNOUNCED);
    totals.open++;
    if (run === undefined) return;
    this.#nodes.set(node, RUN);
    if (run === "turn") {
      this.#nodes.set(node, OPEN_TURN);
      totals.turns++;
    }
    this.#runsBelow(node, totals);
  }

  /** A log record on a span; `waiting` when it carries no session of its own. */
  log(low: number, high: number, error: boolean, waiting: boolean, totals: Totals): void {
    if (this.#nodes.size >= MOST_SPANS) return;
    if (!error && !waiting) return;
    const node = this.#nodes.at(low, high);
    if (error) {
      if (!this.#countsError(node)) totals.errors++;
      this.#errorLogs.set(node, (this.#errorLogs.get(node) ?? 0) + 1);
    }
    if (!waiting) return;
    if (this.#nodes.has(node, INHERITS)) totals.membership.inherited++;
    else {
      totals.membership.joined++;
      this.#waitingLogs.set(node, (this.#waitingLogs.get(node) ?? 0) + 1);
    }
  }

  /** Whether the span with this id carries a session, or has one above it, as far as is known by now. */
  inherits(low: number, high: number): boolean {
    return this.#nodes.has(this.#nodes.find(low, high), INHERITS);
  }

  #closeAnnounced(node: number, { run }: SpanFacts, totals: Totals): void {
    totals.open--;
    if (this.#nodes.has(node, OPEN_TURN)) totals.turns--;
    // What was believed of its descendants can't be taken back one by one.
    if (this.#nodes.has(node, RUN) && run === undefined) this.odd = true;
  }

  #countSession(node: number, parent: number, carried: boolean, totals: Totals): void {
    const inherits = this.#nodes.has(parent, INHERITS);
    if (carried) this.#nodes.set(node, CARRIED);
    else totals.membership[inherits ? "inherited" : "joined"]++;
    if (!carried && !inherits) return;
    this.#nodes.set(node, INHERITS);
    this.#releaseLogs(node, totals);
    this.#nodes.below(node, (child) => {
      if (this.#nodes.has(child, INHERITS)) return false;
      this.#nodes.set(child, INHERITS);
      totals.membership.joined--;
      totals.membership.inherited++;
      this.#releaseLogs(child, totals);
      return true;
    });
  }

  #releaseLogs(node: number, totals: Totals): void {
    const waiting = this.#waitingLogs.take(node) ?? 0;
    totals.membership.joined -= waiting;
    totals.membership.inherited += waiting;
  }

  #countError(node: number, parent: number, totals: Totals): void {
    this.#nodes.set(node, ERROR);
    if (!this.#nodes.has(node, ERROR_BELOW)) totals.errors += 1 - (this.#errorLogs.get(node) ?? 0);
    if (parent === 0 || this.#nodes.has(parent, ERROR_BELOW)) return;
    if (this.#countsError(parent)) totals.errors += (this.#errorLogs.get(parent) ?? 0) - 1;
    this.#nodes.set(parent, ERROR_BELOW);
  }

  /** An ERROR span that no child of it explains. */
  #countsError(node: number): boolean {
    return (this.#nodes.flags(node) & (ERROR | ERROR_BELOW)) === ERROR;
  }

  #countCall(node: number, parent: number, call: CallTold | undefined, totals: Totals): void {
    let marks = this.#nodes.flags(node) & (CALL_BELOW | METER_BELOW);
    if (call !== undefined) {
      this.#calls.set(node, call);
      if ((marks & CALL_BELOW) === 0) countCall(totals, call, 1);
      if ((marks & METER_BELOW) === 0) countMeterOf(totals, call, 1);
      marks |= call.meter === undefined ? CALL_BELOW : CALL_BELOW | METER_BELOW;
    }
    for (let above = parent; above > 0; above = this.#nodes.parent(above)) {
      const fresh = marks & ~this.#nodes.flags(above);
      if (fresh === 0) break;
      this.#nodes.set(above, fresh);
      const wrapper = this.#calls.get(above);
      if (wrapper === undefined) continue;
      if ((fresh & CALL_BELOW) !== 0) countCall(totals, wrapper, -1);
      if ((fresh & METER_BELOW) !== 0) countMeterOf(totals, wrapper, -1);
    }
  }

  #countRun(node: number, parent: number, run: SpanFacts["run"], totals: Totals): void {
    const below = this.#nodes.has(parent, RUN | RUN_ABOVE);
    if (below) this.#nodes.set(node, RUN_ABOVE);
    if (run === "turn" || (run === "agent" && !below)) totals.turns++;
    if (run === "agent") this.#nodes.set(node, AGENT);
    if (run !== undefined) this.#nodes.set(node, RUN);
    if (run !== undefined || below) this.#runsBelow(node, totals);
  }

  /** Agents below a turn or an agent are no turns. */
  #runsBelow(node: number, totals: Totals): void {
    this.#nodes.below(node, (child) => {
      if (this.#nodes.has(child, RUN_ABOVE)) return false;
      this.#nodes.set(child, RUN_ABOVE);
      if (this.#nodes.has(child, AGENT)) totals.turns--;
      return !this.#nodes.has(child, RUN);
    });
  }
}

/** What a call's facts take, roughly. */
const CALL_BYTES = 250;

/** A map that costs nothing while it is empty, as most are: one span in 25 is a call, one in 100 has an error's log. */
class Sparse<T> {
  #entries: Map<number, T> | undefined;

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  get(node: number): T | undefined {
    return this.#entries?.get(node);
  }

  set(node: number, value: T): void {
    this.#entries ??= new Map();
    this.#entries.set(node, value);
  }

  take(node: number): T | undefined {
    const value = this.#entries?.get(node);
    if (value !== undefined) this.#entries?.delete(node);
    return value;
  }
}

function countCall(totals: Totals, { failed, service }: CallTold, sign: 1 | -1): void {
  const sums = callsIn(totals.bySpans, service);
  sums.calls += sign;
  if (!failed) sums.good += sign;
}

function countMeterOf(totals: Totals, { failed, meter, service }: CallTold, sign: 1 | -1): void {
  if (meter !== undefined) countMeter(callsIn(totals.bySpans, service), meter, failed, sign);
}
