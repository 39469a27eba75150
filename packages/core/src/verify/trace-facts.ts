import { mayCarrySession } from "../destinations.ts";
import { type Belonging, belongingOf } from "../membership/belonging.ts";
import { sole } from "../membership/few.ts";
import {
  absorb,
  NO_TALLY,
  sessionOfStrand,
  sessionOfTrace,
  targetOf,
} from "../membership/tally.ts";
import type { Emitter } from "./emitter.ts";
import { type Fact, type Standing, standingOf } from "./fact.ts";
import type { Culprit } from "./rule.ts";
import type { SessionFacts } from "./session-facts.ts";
import { SpansById } from "./spans-by-id.ts";
import type { World } from "./world.ts";

/** What one process sent into a trace. */
export interface Sent {
  readonly first: Fact;
  /** The process, as its last request described it. */
  emitter: Emitter;
  spans: number;
  bytes: number;
}

/** The facts of one trace until it is decided, and what they say about each other then. */
export class TraceFacts {
  readonly id: string;
  readonly world: World;
  /** Whether part of the trace was decided before: what is missing now may have been there. */
  readonly reopened: boolean;
  readonly facts: Fact[] = [];
  /** Spans that were only said to have started, by id: the log events that said so. */
  readonly announced = new Map<string, Culprit>();
  readonly sent = new Map<string, Sent>();
  /** The session that was last told of the trace. */
  heldBy: SessionFacts | undefined;
  /** Arrival time and number of the last record. */
  touchedMs = 0;
  touched = 0;

  // From here on: once closed.
  /** Facts with links. */
  readonly linking: Fact[] = [];
  /** Session and segment roots of ours. */
  readonly roots: Fact[] = [];
  /** Model calls, and spans that report tokens or money; of one that was sent twice both. */
  readonly calls: Fact[] = [];
  readonly reporting: Fact[] = [];
  /** Spans that were sent without an end. */
  readonly open: Fact[] = [];
  /** The records of each session, also those that do not carry its id. */
  readonly bySession = new Map<SessionFacts, Fact[]>();

  readonly #spans = new SpansById();
  /** Spans without a session of their own. */
  readonly #bare: Fact[] = [];
  #sorted = 0;
  #tally = NO_TALLY;
  #lastSession: string | undefined;
  #lastSent: Sent | undefined;
  #home: string | null | undefined;
  #leads: string | undefined;
  #owner: string | null | undefined;

  constructor(id: string, world: World, reopened: boolean) {
    this.id = id;
    this.world = world;
    this.reopened = reopened;
  }

  /** Other traces' records come in between: what touches more than a few words of this one waits until it is closed. */
  add(fact: Fact, bytes: number): void {
    this.facts.push(fact);
    fact.traceId = this.id;
    const session = fact.door ?? fact.session;
    if (fact.links.length > 0 || session !== this.#lastSession) {
      const targets = fact.links.map((link) => targetOf(link.traceId, link.spanId));
      this.#tally = absorb(this.#tally, session, targets);
      this.#lastSession = session;
    }
    if (fact.kind === "log") return;
    const sent = this.#sentBy(fact);
    sent.spans++;
    sent.bytes += bytes;
  }

  /** Spans by id; of several with one id the earliest that has ended (a session's root may come from many processes). */
  get spans(): SpansById {
    while (this.#sorted < this.facts.length) {
      const fact = this.facts[this.#sorted++];
      if (fact?.kind === "span") this.#sort(fact);
    }
    return this.#spans;
  }

  #sort(span: Fact): void {
    if (span.links.length > 0) this.linking.push(span);
    if (span.ours && span.step === "session") this.roots.push(span);
    if (span.step === "llm") this.calls.push(span);
    if (span.usage) this.reporting.push(span);
    if (span.open) this.open.push(span);
    if (span.session === undefined) this.#bare.push(span);
    const twin = this.#spans.find(span.idHigh, span.idLow);
    if (twin === undefined || (twin.open === span.open ? span.startNs < twin.startNs : twin.open))
      this.#spans.put(span);
  }

  #sentBy(first: Fact): Sent {
    const { emitter } = first;
    if (this.#lastSent?.emitter === emitter) return this.#lastSent;
    let sent = this.sent.get(emitter.process);
    if (sent === undefined) {
      sent = { first, emitter, spans: 0, bytes: 0 };
      this.sent.set(emitter.process, sent);
    }
    sent.emitter = emitter;
    this.#lastSent = sent;
    return sent;
  }

  /** The one session of the trace; undefined without any, null with several. */
  get home(): string | null | undefined {
    const seen = sessionOfTrace(this.#tally, (session) => this.world.canonical(session));
    return seen === undefined ? this.owner : seen;
  }

  /** The session whose derived trace this is. */
  get owner(): string | undefined {
    const owner = this.#owner === undefined ? this.world.derivedFrom(this.id) : this.#owner;
    return owner ?? undefined;
  }

  /** Whether it is what its span id stands for: of a span that was sent twice one is. */
  stands(fact: Fact): boolean {
    return this.spans.find(fact.idHigh, fact.idLow) === fact;
  }

  /** Of a log record, the span it points at. */
  parentOf(fact: Fact): Fact | undefined {
    return fact.parent;
  }

  /** Whether a step was announced that never arrived. */
  get unfinished(): boolean {
    for (const spanId of this.announced.keys())
      if (this.spans.of(spanId) === undefined) return true;
    return false;
  }

  /** The nearest span above that carries a session. */
  carrierAbove(fact: Fact): Fact | undefined {
    const parent = this.parentOf(fact);
    return parent === undefined ? undefined : (this.#carrierAt(parent) ?? undefined);
  }

  belongingOf(fact: Fact): Belonging {
    if (fact.session !== undefined)
      return { membership: "carried", session: this.world.canonical(fact.session) };
    return belongingOf({
      carried: undefined,
      inherited: this.#sessionOf(this.carrierAbove(fact)),
      joined: fact.door === undefined ? this.#home : this.world.canonical(fact.door),
      linked:
        sole(
          fact.links.map((link) => targetOf(link.traceId, link.spanId)),
          (target) => this.world.sessionAt(target),
        ) ?? this.#leads,
    });
  }

  sameSession(left: Fact, right: Fact): boolean {
    return left.session === right.session || this.#sessionOf(left) === this.#sessionOf(right);
  }

  /** Whether the parent runs in another process: by the span's flags, else by who sent the two. */
  isRemote(fact: Fact, parent: Fact): boolean {
    return fact.remote ?? fact.emitter.process !== parent.emitter.process;
  }

  /** To be called once, when no more records are expected. */
  close(): void {
    this.#home = this.home;
    this.#owner = this.world.derivedFrom(this.id) ?? null;
    if (this.#home === undefined && this.id !== "")
      this.#leads = sessionOfStrand(this.#tally, (target) => this.world.sessionAt(target));
    const { spans } = this;
    for (const fact of this.facts)
      if (fact.hasParent) fact.parent = spans.find(fact.parentHigh, fact.parentLow);
    for (const span of this.#bare) this.#carrierAt(span);
    if (this.#home === null) for (const fact of this.facts) this.#compare(fact);
  }

  #sessionOf(fact: Fact | undefined): string | undefined {
    return fact?.session === undefined ? undefined : this.world.canonical(fact.session);
  }

  /** Walks up, not by recursion, and writes the answer on everything it passed. */
  #carrierAt(span: Fact): Fact | null {
    // Nearly all of them, where the contract is kept.
    if (span.session !== undefined) return span;
    const known = span.standing?.carrier;
    if (known !== undefined) return known;
    const path: Fact[] = [];
    let at: Fact | undefined = span;
    while (at !== undefined && at.session === undefined && at.standing?.carrier === undefined) {
      // None from here on, so that a cycle of parents ends the walk where it began.
      standingOf(at).carrier = null;
      path.push(at);
      at = this.parentOf(at);
    }
    const found = at?.session === undefined ? (at?.standing?.carrier ?? null) : at;
    let cut = at?.standing?.cut;
    let above = at;
    for (const passed of path.toReversed()) {
      const standing = standingOf(passed);
      standing.carrier = found;
      cut ??= this.#cutAt(passed, above);
      standing.cut = cut;
      above = passed;
    }
    return found;
  }

  #cutAt(span: Fact, parent: Fact | undefined): Standing["cut"] {
    if (!span.serves || parent?.session === undefined) return undefined;
    const { peer } = parent;
    return peer === undefined || mayCarrySession(peer, this.world.settings.trustedHosts)
      ? "unread"
      : "outside";
  }

  #compare(fact: Fact): void {
    const above = this.carrierAbove(fact);
    if (fact.kind === "log" || fact.session === undefined || above === undefined) return;
    const standing = standingOf(above);
    if (this.sameSession(fact, above)) standing.followers++;
    else {
      const session = this.world.canonical(fact.session);
      standing.dissent = standing.dissenters > 0 && standing.dissent !== session ? null : session;
      standing.dissenters++;
    }
  }
}
