import { Aliases } from "../membership/aliases.ts";
import { splitTarget } from "../membership/tally.ts";
import { sessionRoot } from "../topology.ts";
import type { Fact } from "./fact.ts";
import { SessionFacts } from "./session-facts.ts";
import type { Settings } from "./settings.ts";
import { TraceFacts } from "./trace-facts.ts";
import type { World } from "./world.ts";

/** How many decided traces, sessions and delegations are remembered, oldest forgotten first. */
const REMEMBERED = 100_000;

/** The sessions and traces that are open, and what is remembered of those that are not. */
export class Registry implements World {
  readonly settings: Settings;
  /** By canonical name. */
  readonly sessions = new Map<string, SessionFacts>();
  readonly traces = new Map<string, TraceFacts>();
  sessionsSeen = 0;
  readonly #aliases = new Aliases();
  /** Derived trace ids of the open sessions. */
  readonly #derived = new Map<string, string>();
  /** Decided traces and the session each belonged to, if to one. */
  readonly #closedTraces = new Map<string, string | undefined>();
  readonly #closedSessions = new Map<string, true>();
  readonly #closedDelegations = new Map<string, true>();

  constructor(settings: Settings) {
    this.settings = settings;
  }

  canonical(session: string): string {
    return this.#aliases.of(session);
  }

  session(session: string): SessionFacts | undefined {
    return this.sessions.get(this.#aliases.of(session));
  }

  derivedFrom(traceId: string): string | undefined {
    const session = this.#derived.get(traceId);
    return session === undefined ? undefined : this.#aliases.of(session);
  }

  sessionAt(target: string): string | undefined {
    const [traceId, spanId] = splitTarget(target);
    const trace = this.traces.get(traceId);
    if (trace === undefined) return this.#closedTraces.get(traceId) ?? this.derivedFrom(traceId);
    const { home } = trace;
    if (home !== null) return home;
    const session = trace.spans.of(spanId)?.session;
    return session === undefined ? undefined : this.#aliases.of(session);
  }

  delegationClosed(id: string): boolean {
    return this.#closedDelegations.has(id);
  }

  closeDelegation(id: string): void {
    remember(this.#closedDelegations, id, true);
  }

  /** The session that a record names, or whose door it came in through; opened if need be. */
  meet({ door, session: carried }: Fact): SessionFacts | undefined {
    if (door !== undefined) this.#atDoor(door, carried);
    const id = carried ?? door;
    return id === undefined ? undefined : this.#open(this.#aliases.of(id));
  }

  trace(id: string): TraceFacts {
    let trace = this.traces.get(id);
    if (trace === undefined) {
      trace = new TraceFacts(id, this, this.#closedTraces.has(id));
      this.traces.set(id, trace);
    }
    return trace;
  }

  closeTrace(trace: TraceFacts): void {
    this.traces.delete(trace.id);
    remember(this.#closedTraces, trace.id, trace.home ?? undefined);
  }

  closeSession(session: SessionFacts): void {
    this.sessions.delete(session.name);
    for (const traceId of session.roots.keys()) this.#derived.delete(traceId);
    remember(this.#closedSessions, session.name, true);
  }

  #open(name: string): SessionFacts {
    let session = this.sessions.get(name);
    if (session === undefined) {
      const reopened = this.#closedSessions.has(name);
      if (!reopened) this.sessionsSeen++;
      session = new SessionFacts(name, this, reopened);
      this.sessions.set(name, session);
      this.#derive(name);
    }
    return session;
  }

  #derive(session: string): void {
    this.#derived.set(sessionRoot(session).traceId, session);
  }

  #atDoor(door: string, minted: string | undefined): void {
    const changed = this.#aliases.seen(door, minted);
    if (changed.length === 0) return;
    const into = this.#open(this.#aliases.of(door));
    for (const id of changed) {
      const other = this.sessions.get(id);
      if (other !== undefined && other !== into) {
        into.absorb(other);
        this.sessions.delete(id);
        this.sessionsSeen--;
      }
      into.meet(id);
      this.#derive(id);
    }
  }
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
