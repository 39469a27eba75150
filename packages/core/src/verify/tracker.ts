import { Aliases } from "../membership/aliases.ts";
import { splitTarget } from "../membership/tally.ts";
import { attr, eventNames } from "../names.ts";
import type { LogRecord, TelemetryRecord } from "../record/record.ts";
import { sessionRoot } from "../topology.ts";
import { type Fact, text } from "./fact.ts";
import type { Summary } from "./finding.ts";
import type { Ledger } from "./ledger.ts";
import { placeRules, rules } from "./rules.ts";
import { SessionFacts } from "./session-facts.ts";
import type { Settings } from "./settings.ts";
import { TraceFacts } from "./trace-facts.ts";
import type { World } from "./world.ts";

/** Exporters of one process send spans and logs apart: what was under way when the session ended gets this long. */
const GRACE_MS = 10_000;
/** How many decided traces, sessions and delegations are remembered, oldest forgotten first. */
const REMEMBERED = 100_000;
/** When too much is held, this share of it goes, so that looking for the oldest is rare. */
const SHARE_KEPT = 0.8;
const SHARED_BY = 8;
/** A session without records costs about as much as this many. */
const SESSIONS_PER_RECORD = 0.25;

type Counts = { -readonly [membership in keyof Summary["membership"]]: number };

/** Holds what is open, decides it when it is time, and asks the rules that need the whole of it. */
export class Tracker implements World {
  readonly settings: Settings;
  readonly #ledger: Ledger;
  readonly #aliases = new Aliases();
  /** By canonical name. */
  readonly #sessions = new Map<string, SessionFacts>();
  readonly #traces = new Map<string, TraceFacts>();
  /** Derived trace ids of the sessions held. */
  readonly #derived = new Map<string, string>();
  /** Decided traces and the session each belonged to, if to one. */
  readonly #closedTraces = new Map<string, string | undefined>();
  readonly #closedSessions = new Map<string, true>();
  readonly #closedDelegations = new Map<string, true>();
  readonly #membership: Counts = { carried: 0, inherited: 0, joined: 0, linked: 0, none: 0 };
  #held = 0;
  #seen = 0;
  #nowMs = 0;
  #late = 0;
  #early = 0;
  #sessionsSeen = 0;

  constructor(settings: Settings, ledger: Ledger) {
    this.settings = settings;
    this.#ledger = ledger;
  }

  add(record: TelemetryRecord, fact: Fact, bytes: number): void {
    this.#seen++;
    const session = this.#meet(fact);
    if (record.kind === "log" && record.eventName !== "") this.#event(record, fact, session);
    if (fact.traceId === "") {
      this.#decideLoose(fact);
      return;
    }
    const trace = this.#traceOf(fact.traceId);
    trace.add(fact, bytes);
    if (session !== undefined) session.open.add(trace);
    this.#held++;
    if (this.#held > this.settings.capacity) this.#makeRoom();
  }

  advance(nowMs: number): void {
    this.#nowMs = Math.max(nowMs, this.#nowMs);
    const { silenceMs } = this.settings;
    for (const session of this.#sessions.values()) {
      const silentMs = this.#nowMs - session.touchedMs;
      if (silentMs >= silenceMs || (session.ended && silentMs >= GRACE_MS))
        this.#decideSession(session);
    }
    this.#decide(
      [...this.#traces.values()].filter((trace) => this.#nowMs - trace.touchedMs >= silenceMs),
    );
  }

  settle(session: string): void {
    const facts = this.session(session);
    if (facts !== undefined) this.#decideSession(facts);
  }

  settleAll(): void {
    this.#decide([...this.#traces.values()]);
    for (const session of this.#sessions.values()) this.#decideSession(session);
  }

  summary(): Pick<Summary, "sessions" | "membership" | "late" | "decided_early"> {
    return {
      sessions: this.#sessionsSeen,
      membership: { ...this.#membership },
      late: this.#late,
      decided_early: this.#early,
    };
  }

  canonical(session: string): string {
    return this.#aliases.of(session);
  }

  session(session: string): SessionFacts | undefined {
    return this.#sessions.get(this.#aliases.of(session));
  }

  derivedFrom(traceId: string): string | undefined {
    const session = this.#derived.get(traceId);
    return session === undefined ? undefined : this.#aliases.of(session);
  }

  sessionAt(target: string): string | undefined {
    const [traceId, spanId] = splitTarget(target);
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return this.#closedTraces.get(traceId) ?? this.derivedFrom(traceId);
    const { home } = trace;
    if (home !== null) return home;
    const session = trace.spans.get(spanId)?.session;
    return session === undefined ? undefined : this.#aliases.of(session);
  }

  delegationClosed(id: string): boolean {
    return this.#closedDelegations.has(id);
  }

  #meet(fact: Fact): SessionFacts | undefined {
    if (fact.door !== undefined) this.#atDoor(fact.door, fact.session);
    const id = fact.session ?? fact.door;
    if (id === undefined) return undefined;
    const name = this.#aliases.of(id);
    let session = this.#sessions.get(name);
    if (session === undefined) {
      const reopened = this.#closedSessions.has(name);
      this.#makeRoomForSessions();
      session = new SessionFacts(name, this, reopened);
      this.#sessions.set(name, session);
      if (!reopened) this.#sessionsSeen++;
      this.#derive(name);
    }
    session.touched = this.#seen;
    session.touchedMs = this.#nowMs;
    return session;
  }

  #derive(session: string): void {
    this.#derived.set(sessionRoot(session).traceId, session);
  }

  #atDoor(door: string, minted: string | undefined): void {
    const changed = this.#aliases.seen(door, minted);
    if (changed.length === 0) return;
    const name = this.#aliases.of(door);
    const into = this.#sessions.get(name) ?? new SessionFacts(name, this, false);
    for (const id of changed) {
      const other = this.#sessions.get(id);
      if (other !== undefined && other !== into) {
        into.absorb(other);
        this.#sessions.delete(id);
      }
      into.meet(id);
      this.#derive(id);
    }
    this.#sessions.set(name, into);
  }

  #traceOf(id: string): TraceFacts {
    let trace = this.#traces.get(id);
    if (trace === undefined) {
      trace = new TraceFacts(id, this, this.#closedTraces.has(id));
      this.#traces.set(id, trace);
    }
    if (trace.reopened) this.#late++;
    trace.touched = this.#seen;
    trace.touchedMs = this.#nowMs;
    return trace;
  }

  #event(
    { attributes, eventName }: LogRecord,
    fact: Fact,
    session: SessionFacts | undefined,
  ): void {
    if (session !== undefined) this.#lifecycle(fact, session);
    const delegation = text(attributes, attr.delegationId);
    switch (eventName) {
      case eventNames.spanStart:
        if (fact.spanId !== "" && fact.traceId !== "")
          this.#traceOf(fact.traceId).announced.set(fact.spanId, {
            ...fact,
            name: text(attributes, attr.spanName) ?? fact.name,
          });
        break;
      case eventNames.delegationStart:
        if (delegation !== undefined) session?.delegated(delegation, fact);
        break;
      case eventNames.delegationEnd:
      case eventNames.delegationRejected:
        if (delegation !== undefined) remember(this.#closedDelegations, delegation, true);
        break;
      default:
    }
  }

  #lifecycle(event: Fact, session: SessionFacts): void {
    if (event.name === eventNames.sessionStart) session.started(event);
    if (event.name === eventNames.sessionEnd) session.ended = true;
  }

  /** A log record outside any trace is all there is to know about it. */
  #decideLoose(fact: Fact): void {
    const alone = new TraceFacts("", this, false);
    this.#membership[alone.belongingOf(fact).membership]++;
    for (const rule of placeRules) {
      const fault = rule.id === "C01" ? rule.place?.(fact, alone) : undefined;
      if (fault !== undefined) this.#ledger.add(rule, fault);
    }
  }

  /** All are understood before any is judged: a session's start may stand in one trace and its spans in another. */
  #decide(traces: readonly TraceFacts[]): void {
    for (const trace of traces) this.#understand(trace);
    for (const trace of traces) this.#judge(trace);
  }

  /** Finds out what the trace's records say about their sessions, also those that do not carry the id. */
  #understand(trace: TraceFacts): void {
    trace.close();
    for (const fact of trace.facts) {
      const { membership, session: id } = trace.belongingOf(fact);
      this.#membership[membership]++;
      const session = id === undefined ? undefined : this.#sessions.get(id);
      if (session === undefined) continue;
      const own = trace.bySession.get(session);
      if (own === undefined) trace.bySession.set(session, [fact]);
      else own.push(fact);
      // Of those that carry the id it is known already.
      if (fact.session === undefined && fact.kind === "log") this.#lifecycle(fact, session);
    }
    // What a span links to says something about all sessions of a trace, as its own id may be the fault; but not about hundreds.
    const shared = trace.bySession.size <= SHARED_BY;
    for (const [session, own] of trace.bySession)
      session.understand(trace, shared ? trace.linking : own);
  }

  #judge(trace: TraceFacts): void {
    for (const fact of trace.facts)
      for (const rule of placeRules) {
        const fault = rule.place?.(fact, trace);
        if (fault === undefined) continue;
        fact.misplaced = rule.id;
        this.#ledger.add(rule, fault);
        break;
      }
    for (const rule of rules)
      for (const fault of rule.trace?.(trace) ?? []) this.#ledger.add(rule, fault);
    for (const [session, own] of trace.bySession) session.judged(trace, own);
    remember(this.#closedTraces, trace.id, trace.home ?? undefined);
    this.#traces.delete(trace.id);
    this.#held -= trace.facts.length;
  }

  #decideSession(session: SessionFacts): void {
    this.#decide([...session.open]);
    for (const rule of rules)
      for (const fault of rule.session?.(session) ?? []) this.#ledger.add(rule, fault);
    this.#sessions.delete(session.name);
    for (const traceId of session.roots.keys()) this.#derived.delete(traceId);
    remember(this.#closedSessions, session.name, true);
  }

  #makeRoom(): void {
    const { capacity } = this.settings;
    for (const trace of oldestFirst(this.#traces.values())) {
      if (this.#held <= capacity * SHARE_KEPT) break;
      this.#early++;
      this.#decide([trace]);
    }
  }

  #makeRoomForSessions(): void {
    const most = this.settings.capacity * SESSIONS_PER_RECORD;
    if (this.#sessions.size <= most) return;
    for (const session of oldestFirst(this.#sessions.values())) {
      if (this.#sessions.size <= most * SHARE_KEPT) break;
      this.#decideSession(session);
    }
  }
}

function oldestFirst<Touched extends { readonly touched: number }>(
  all: Iterable<Touched>,
): readonly Touched[] {
  return [...all].toSorted((a, b) => a.touched - b.touched);
}

/** A map as a ring: what was put in first falls out first. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
