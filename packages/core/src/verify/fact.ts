import type { CodeLocation } from "../code-location.ts";
import { attr } from "../names.ts";
import type { PlainMap, SpanLink, SpanRecord, TelemetryRecord } from "../record/record.ts";
import { type StepKind, stepKindOf } from "../vocabulary.ts";
import type { Emitter } from "./emitter.ts";
import type { RuleId } from "./finding.ts";
import type { Glance } from "./glance.ts";
import { refusedId } from "./refused-id.ts";
import type { RecordView } from "./rule.ts";
import type { Site } from "./site.ts";
import { readSpanId, spanIdText } from "./span-ids.ts";
import { reportsTokens } from "./usage.ts";

export interface Lead {
  readonly traceId: string;
  readonly spanId: string;
  /** `throughline.link`, where the link is one of ours. */
  readonly reason: string | undefined;
}

export interface Origin {
  readonly recordId?: string | undefined;
  /** The session whose own door the record came in through. */
  readonly door?: string | undefined;
}

/** What few records have, so that the others do not pay for it. */
interface Particulars {
  /** Ids of records that are none of OTLP's. */
  readonly odd: { readonly spanId: string; readonly parentId: string } | undefined;
  readonly recordId: string | undefined;
  readonly links: readonly Lead[] | undefined;
  readonly refused: string | undefined;
  readonly door: string | undefined;
  readonly responseId: string | undefined;
  readonly turnId: string | undefined;
  readonly peer: string | undefined;
}

/** How a record stands among the others, found out when the trace is decided: of those few that do not just stand well. */
export interface Standing {
  /** Of a span without a session the nearest above that carries one; null when there is none. */
  carrier: Fact | null | undefined;
  /** Why the thread is cut above a span without id: a server that did not take it up, or one that is not trusted with it. */
  cut: "unread" | "outside" | undefined;
  /** The rule that objected to its place. */
  misplaced: RuleId | undefined;
  /** What the spans right below carry instead of this span's session: one other, or several (null). */
  dissent: string | null | undefined;
  dissenters: number;
  followers: number;
}

/** To write into it. */
export function standingOf(fact: Fact): Standing {
  return (fact.standing ??= {
    carrier: undefined,
    cut: undefined,
    misplaced: undefined,
    dissent: undefined,
    dissenters: 0,
    followers: 0,
  });
}

const NS_PER_SECOND = 1_000_000_000;
const NO_LEADS: readonly Lead[] = Object.freeze([]);

/** What is yes or no of a record, a bit each. */
const SPAN = 1;
const OURS = 2;
const OPEN = 4;
const USAGE = 8;
const SERVES = 16;
const OWES_TOKENS = 32;
const REMOTE = 64;
const LOCAL = 128;

/**
 * What is kept of a record until its trace is decided: ids, names and times, never its content.
 *
 * That is long enough for the garbage collector to copy it twice and to look through it some more, which took 0.6 of 5.2 µs a
 * record. So a fact is one object of small integers and of what is shared. Ids and times are numbers
 * (a text or a double would be an object too), what is yes or no shares one, what a site's records have in common is kept once,
 * what is rare stands apart. It takes 128 bytes; in a row with its texts it took 430.
 */
export class Fact {
  // Both halves of its own id and of its parent's; zero where there is none.
  readonly idHigh: number;
  readonly idLow: number;
  readonly parentHigh: number;
  readonly parentLow: number;
  /** Each record brings this text along; of a trace's one is kept: see TraceFacts. */
  traceId: string;
  readonly session: string | undefined;
  /** Found out when the trace is decided. */
  parent: Fact | undefined = undefined;
  standing: Standing | undefined = undefined;
  readonly #site: Site;
  readonly #flags: number;
  readonly #startSeconds: number;
  readonly #startRest: number;
  readonly #particulars: Particulars | undefined;

  constructor(
    record: TelemetryRecord,
    emitter: Emitter,
    { glance, settings, sites }: RecordView,
    origin: Origin,
  ) {
    const { attributes } = record;
    const span = record.kind === "span" ? record : undefined;
    const id = readSpanId(record.spanId);
    const parent = span === undefined ? id : readSpanId(span.parentSpanId);
    const said = span === undefined ? undefined : stepKindOf(attributes[attr.step]);
    const step = said ?? (span === undefined ? undefined : settings.stepOf(span));
    const key = settings.keyOf(record);
    this.idHigh = id.high;
    this.idLow = id.low;
    this.parentHigh = parent.high;
    this.parentLow = parent.low;
    this.traceId = record.traceId;
    this.session = key?.id;
    this.#site = sites.of(record, emitter, step, key?.source, glance.code);
    const startNs = Number(record.kind === "span" ? record.startNs : record.timeNs);
    this.#startSeconds = Math.floor(startNs / NS_PER_SECOND);
    this.#startRest = startNs - this.#startSeconds * NS_PER_SECOND;
    this.#flags = span === undefined ? 0 : flagsOf(span, step, said !== undefined, glance);
    this.#particulars = particularsOf(
      record,
      id.exact && parent.exact,
      step,
      key === undefined,
      origin,
    );
  }

  get kind(): "span" | "log" {
    return this.#is(SPAN) ? "span" : "log";
  }

  get spanId(): string {
    return this.#particulars?.odd?.spanId ?? spanIdText(this.idHigh, this.idLow);
  }

  /** The span that this one is a child of, or that a log record points at; empty if none. */
  get parentId(): string {
    return this.#particulars?.odd?.parentId ?? spanIdText(this.parentHigh, this.parentLow);
  }

  get hasParent(): boolean {
    return (this.parentHigh | this.parentLow) !== 0;
  }

  /** As a double: good to a quarter of a microsecond. */
  get startNs(): number {
    return this.#startSeconds * NS_PER_SECOND + this.#startRest;
  }

  /** Whether the span says `throughline.step`, and so promises what a Throughline SDK keeps. */
  get ours(): boolean {
    return this.#is(OURS);
  }

  /** Without an end. */
  get open(): boolean {
    return this.#is(OPEN);
  }

  /** Whether it reports tokens or money. */
  get usage(): boolean {
    return this.#is(USAGE);
  }

  /** Whether it answers somebody else's call: SERVER or CONSUMER. */
  get serves(): boolean {
    return this.#is(SERVES);
  }

  /** A model call that succeeded and does not say what it took. */
  get owesTokens(): boolean {
    return this.#is(OWES_TOKENS);
  }

  /** Whether its parent is another process's, if the span's flags say so. */
  get remote(): boolean | undefined {
    if (this.#is(REMOTE)) return true;
    return this.#is(LOCAL) ? false : undefined;
  }

  get step(): StepKind | undefined {
    return this.#site.step;
  }

  get emitter(): Emitter {
    return this.#site.emitter;
  }

  get service(): string {
    return this.#site.emitter.service;
  }

  get scope(): string {
    return this.#site.scope;
  }

  get name(): string {
    return this.#site.name;
  }

  get code(): CodeLocation | null {
    return this.#site.code;
  }

  /** The key that the session stands under, if the reader says so. */
  get sessionSource(): string | undefined {
    return this.#site.sessionSource;
  }

  get links(): readonly Lead[] {
    return this.#particulars?.links ?? NO_LEADS;
  }

  get recordId(): string {
    return this.#particulars?.recordId ?? "";
  }

  /** Without a session: why what stands under session.id is none. */
  get refused(): string | undefined {
    return this.#particulars?.refused;
  }

  get door(): string | undefined {
    return this.#particulars?.door;
  }

  /** Of a model call. */
  get responseId(): string | undefined {
    return this.#particulars?.responseId;
  }

  /** Of work that may be detached from its turn. */
  get turnId(): string | undefined {
    return this.#particulars?.turnId;
  }

  /** The host that a call goes to. */
  get peer(): string | undefined {
    return this.#particulars?.peer;
  }

  #is(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }
}

function flagsOf(
  span: SpanRecord,
  step: StepKind | undefined,
  ours: boolean,
  glance: Glance,
): number {
  const { attributes, endNs, parentIsRemote, spanKind } = span;
  let flags = SPAN;
  if (ours) flags |= OURS;
  if (endNs === 0n) flags |= OPEN;
  if (glance.usage) flags |= USAGE;
  if (spanKind === "server" || spanKind === "consumer") flags |= SERVES;
  if (step === "llm" && succeeded(span, ours) && !reportsTokens(attributes)) flags |= OWES_TOKENS;
  if (parentIsRemote !== undefined) flags |= parentIsRemote ? REMOTE : LOCAL;
  return flags;
}

function particularsOf(
  record: TelemetryRecord,
  exact: boolean,
  step: StepKind | undefined,
  bare: boolean,
  { door, recordId }: Origin,
): Particulars | undefined {
  const { attributes } = record;
  const span = record.kind === "span" ? record : undefined;
  const links = span === undefined || span.links.length === 0 ? undefined : span.links.map(leadOf);
  const refused = bare ? refusedId(attributes) : undefined;
  const responseId = step === "llm" ? text(attributes, attr.genAiResponseId) : undefined;
  const turnId = isDetachable(step) ? text(attributes, attr.turnId) : undefined;
  const peer = span === undefined ? undefined : text(attributes, "server.address");
  const odd = exact
    ? undefined
    : { spanId: record.spanId, parentId: span?.parentSpanId ?? record.spanId };
  return (odd ?? recordId ?? links ?? refused ?? door ?? responseId ?? turnId ?? peer) === undefined
    ? undefined
    : { odd, recordId, links, refused, door, responseId, turnId, peer };
}

export function isDetachable(step: StepKind | undefined): boolean {
  return step === "sidecar" || step === "agent";
}

/** What is not ours says so by its status alone. */
function succeeded({ attributes, status }: SpanRecord, ours: boolean): boolean {
  return status.code !== "error" && (!ours || attributes[attr.outcome] === "ok");
}

function leadOf({ attributes, spanId, traceId }: SpanLink): Lead {
  return { traceId, spanId, reason: text(attributes, attr.link) };
}

export function text(attributes: PlainMap, key: string): string | undefined {
  const value = attributes[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
