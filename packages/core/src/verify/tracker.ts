import { attr, eventNames } from "../names.ts";
import type { LogRecord, TelemetryRecord } from "../record/record.ts";
import { type Fact, standingOf, text } from "./fact.ts";
import type { Summary } from "./finding.ts";
import type { Ledger } from "./ledger.ts";
import { Registry } from "./registry.ts";
import { blame } from "./rule.ts";
import { placeRules, rules } from "./rules.ts";
import { c01 } from "./rules/c01-session-on-every-record.ts";
import type { SessionFacts } from "./session-facts.ts";
import type { Settings } from "./settings.ts";
import { TraceFacts } from "./trace-facts.ts";

/** Exporters of one process send spans and logs apart: what was under way when the session ended gets this long. */
const GRACE_MS = 10_000;
/** When too much is held, this share of it stays, so that looking for the oldest is rare. */
const SHARE_KEPT = 0.8;
/** A session without records costs about as much as four of them. */
const SESSIONS_PER_RECORD = 0.25;
/** A trace of more sessions than this is a mistake, and nobody's in particular. */
const SHARED_BY = 8;

// Looked up once: it is asked a million times.
const placeChecks = placeRules.flatMap((rule) =>
  rule.place === undefined ? [] : [{ rule, check: rule.place }],
);
const traceChecks = rules.flatMap((rule) =>
  rule.trace === undefined ? [] : [{ rule, check: rule.trace }],
);

type Counts = { -readonly [membership in keyof Summary["membership"]]: number };

/** Holds what is open, decides it when it is time, and asks the rules that need the whole of it. */
export class Tracker {
  readonly #settings: Settings;
  readonly #ledger: Ledger;
  readonly #registry: Registry;
  readonly #membership: Counts = { carried: 0, inherited: 0, joined: 0, linked: 0, none: 0 };
  #held = 0;
  #seen = 0;
  #nowMs = 0;
  #late = 0;
  #early = 0;

  constructor(settings: Settings, ledger: Ledger) {
    this.#settings = settings;
    this.#ledger = ledger;
    this.#registry = new Registry(settings);
  }

  add(record: TelemetryRecord, fact: Fact, bytes: number): void {
    this.#seen++;
    const session = this.#registry.meet(fact);
    if (session !== undefined) this.#touch(session);
    if (this.#isFull()) this.#makeRoom();
    if (record.kind === "log" && record.eventName !== "") this.#event(record, fact, session);
    if (fact.traceId === "") {
      this.#judgeLoose(fact);
      return;
    }
    const trace = this.#registry.trace(fact.traceId);
    this.#touch(trace);
    trace.add(fact, bytes);
    if (trace.heldBy !== session) {
      session?.open.add(trace);
      trace.heldBy = session;
    }
    if (trace.reopened) this.#late++;
    this.#held++;
  }

  advance(nowMs: number): void {
    this.#nowMs = Math.max(nowMs, this.#nowMs);
    const { silenceMs } = this.#settings;
    for (const session of this.#registry.sessions.values()) {
      const silentMs = this.#nowMs - session.touchedMs;
      if (silentMs >= silenceMs || (session.ended && silentMs >= GRACE_MS))
        this.#decideSession(session);
    }
    const traces = [...this.#registry.traces.values()];
    this.#decide(traces.filter((trace) => this.#nowMs - trace.touchedMs >= silenceMs));
  }

  settle(session: string): void {
    const facts = this.#registry.session(session);
    if (facts !== undefined) this.#decideSession(facts);
  }

  settleAll(): void {
    this.#decide([...this.#registry.traces.values()]);
    for (const session of this.#registry.sessions.values()) this.#decideSession(session);
  }

  summary(): Pick<Summary, "sessions" | "membership" | "late" | "decided_early"> {
    return {
      sessions: this.#registry.sessionsSeen,
      membership: { ...this.#membership },
      late: this.#late,
      decided_early: this.#early,
    };
  }

  #touch(held: { touched: number; touchedMs: number }): void {
    held.touched = this.#seen;
    held.touchedMs = this.#nowMs;
  }

  #event(
    { attributes, eventName }: LogRecord,
    fact: Fact,
    session: SessionFacts | undefined,
  ): void {
    if (session !== undefined) lifecycle(fact, session);
    const delegation = text(attributes, attr.delegationId);
    switch (eventName) {
      case eventNames.spanStart:
        if (fact.spanId !== "" && fact.traceId !== "")
          this.#registry
            .trace(fact.traceId)
            .announced.set(fact.spanId, blame(fact, text(attributes, attr.spanName) ?? fact.name));
        break;
      case eventNames.delegationStart:
        if (delegation !== undefined) session?.delegated(delegation, fact);
        break;
      case eventNames.delegationEnd:
      case eventNames.delegationRejected:
        if (delegation !== undefined) this.#registry.closeDelegation(delegation);
        break;
      default:
    }
  }

  /** Of a log record outside any trace nothing more is to come. */
  #judgeLoose(fact: Fact): void {
    const alone = new TraceFacts("", this.#registry, false);
    this.#membership[alone.belongingOf(fact).membership]++;
    const fault = c01.place?.(fact, alone);
    if (fault !== undefined) this.#ledger.add(c01, fault);
  }

  /** All are understood before any is judged: a session's start may stand in one trace and its spans in another. */
  #decide(traces: readonly TraceFacts[]): void {
    const open = traces.filter((trace) => this.#registry.traces.get(trace.id) === trace);
    for (const trace of open) this.#understand(trace);
    for (const trace of open) this.#judge(trace);
  }

  /** Finds out what the trace's records say about their sessions, also those that do not carry the id. */
  #understand(trace: TraceFacts): void {
    trace.close();
    let carried: string | undefined;
    let session: SessionFacts | undefined;
    let own: Fact[] = [];
    for (const fact of trace.facts) {
      // Neighbours are mostly of one session, and say so.
      if (carried !== undefined && fact.session === carried) this.#membership.carried++;
      else {
        carried = fact.session;
        const before = session;
        session = this.#sessionOf(fact, trace);
        if (session !== undefined && session !== before) {
          own = trace.bySession.get(session) ?? [];
          if (own.length === 0) trace.bySession.set(session, own);
        }
      }
      if (session === undefined) continue;
      own.push(fact);
      // Of those that carry the id it is known already.
      if (fact.session === undefined && fact.kind === "log") lifecycle(fact, session);
    }
    // A span with the wrong id, or none, still links for the right session: its trace's, as long as those are few.
    const shared = trace.bySession.size <= SHARED_BY;
    for (const [session, own] of trace.bySession)
      session.understand(trace, shared ? trace.linking : own);
  }

  /** The session that a record belongs to, if that is known; counts how. */
  #sessionOf(fact: Fact, trace: TraceFacts): SessionFacts | undefined {
    if (fact.session !== undefined) {
      this.#membership.carried++;
      return this.#registry.session(fact.session);
    }
    const { membership, session } = trace.belongingOf(fact);
    this.#membership[membership]++;
    return session === undefined ? undefined : this.#registry.sessions.get(session);
  }

  #judge(trace: TraceFacts): void {
    for (const fact of trace.facts)
      for (const { check, rule } of placeChecks) {
        const fault = check(fact, trace);
        if (fault === undefined) continue;
        standingOf(fact).misplaced = rule.id;
        this.#ledger.add(rule, fault);
        break;
      }
    for (const { check, rule } of traceChecks)
      for (const fault of check(trace)) this.#ledger.add(rule, fault);
    for (const [session, own] of trace.bySession) session.judged(trace, own);
    this.#registry.closeTrace(trace);
    this.#held -= trace.facts.length;
  }

  #decideSession(session: SessionFacts): void {
    this.#decide([...session.open]);
    for (const rule of rules)
      for (const fault of rule.session?.(session) ?? []) this.#ledger.add(rule, fault);
    this.#registry.closeSession(session);
  }

  #isFull(share = 1): boolean {
    const room = this.#settings.capacity * share;
    return this.#held > room || this.#registry.sessions.size > room * SESSIONS_PER_RECORD;
  }

  #makeRoom(): void {
    const { sessions, traces } = this.#registry;
    for (const trace of oldestFirst(traces.values())) {
      if (this.#held <= this.#settings.capacity * SHARE_KEPT) break;
      this.#early++;
      this.#decide([trace]);
    }
    for (const session of oldestFirst(sessions.values())) {
      if (!this.#isFull(SHARE_KEPT)) break;
      this.#decideSession(session);
    }
  }
}

function lifecycle(event: Fact, session: SessionFacts): void {
  if (event.name === eventNames.sessionStart) session.started(event);
  if (event.name === eventNames.sessionEnd) session.ended = true;
}

function oldestFirst<Touched extends { readonly touched: number }>(
  all: Iterable<Touched>,
): readonly Touched[] {
  return [...all].toSorted((a, b) => a.touched - b.touched);
}
