import { type CodeLocation, codeLocation } from "../code-location.ts";
import { attr } from "../names.ts";
import type {
  LogRecord,
  PlainMap,
  SpanLink,
  SpanRecord,
  TelemetryRecord,
} from "../record/record.ts";
import { type StepKind, stepKindOf } from "../vocabulary.ts";
import type { Emitter } from "./emitter.ts";
import type { RuleId } from "./finding.ts";
import type { Glance } from "./glance.ts";
import { refusedId } from "./refused-id.ts";
import type { Settings } from "./settings.ts";
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

/**
 * What is kept of a record until its trace is decided: ids, names and times, never its content.
 *
 * By then it is in no cache any more: what is read of every fact stands first and close together, which takes 13 % off deciding.
 */
export interface Fact {
  readonly kind: "span" | "log";
  readonly spanId: string;
  /** The span that this one is a child of, or that a log record points at; empty if none. */
  readonly parentId: string;
  readonly session: string | undefined;
  /** The key that the session stands under, if the reader says so. */
  readonly sessionSource: string | undefined;
  /** Without a session: why what stands under session.id is none. */
  readonly refused: string | undefined;
  readonly step: StepKind | undefined;
  /** Whether the span says `throughline.step`, and so promises what a Throughline SDK keeps. */
  readonly ours: boolean;
  /** Without an end. */
  readonly open: boolean;
  /** Whether it reports tokens or money. */
  readonly usage: boolean;
  readonly remote: boolean | undefined;
  /** Whether it answers somebody else's call: SERVER or CONSUMER. */
  readonly serves: boolean;
  readonly links: readonly Lead[];
  readonly emitter: Emitter;
  /** As a double: good to a quarter of a microsecond. */
  readonly startNs: number;
  // Found out when the trace is decided: see TraceFacts.
  parent: Fact | undefined;
  /** Why the thread is cut above a span without id: a server that did not take it up, or one that is not trusted with it. */
  cut: "unread" | "outside" | undefined;
  /** The rule that objected to its place. */
  misplaced: RuleId | undefined;

  // The rest is asked for now and then.
  /** Of a span without a session the nearest above that carries one; null when there is none. */
  carrier: Fact | null | undefined;
  /** What the spans right below carry instead of this span's session: one other, or several (null). */
  dissent: string | null | undefined;
  dissenters: number;
  followers: number;
  readonly traceId: string;
  readonly recordId: string;
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly code: CodeLocation | null;
  readonly door: string | undefined;
  /** A model call that succeeded and does not say what it took. */
  readonly owesTokens: boolean;
  /** Of a model call. */
  readonly responseId: string | undefined;
  /** Of work that may be detached from its turn. */
  readonly turnId: string | undefined;
  /** The host that a call goes to. */
  readonly peer: string | undefined;
}

const NO_LEADS: readonly Lead[] = Object.freeze([]);

export function factOf(
  record: TelemetryRecord,
  emitter: Emitter,
  settings: Settings,
  origin: Origin,
  glance: Glance,
): Fact {
  return record.kind === "span"
    ? spanFact(record, emitter, settings, origin, glance)
    : logFact(record, emitter, settings, origin, glance);
}

function spanFact(
  span: SpanRecord,
  emitter: Emitter,
  settings: Settings,
  origin: Origin,
  glance: Glance,
): Fact {
  const { attributes } = span;
  const said = stepKindOf(attributes[attr.step]);
  const ours = said !== undefined;
  const step = said ?? settings.stepOf(span);
  const key = settings.keyOf(span);
  return {
    kind: "span",
    spanId: span.spanId,
    parentId: span.parentSpanId,
    session: key?.id,
    sessionSource: key?.source,
    refused: key === undefined ? refusedId(attributes) : undefined,
    step,
    ours,
    open: span.endNs === 0n,
    usage: glance.usage,
    remote: span.parentIsRemote,
    serves: span.spanKind === "server" || span.spanKind === "consumer",
    links: span.links.length === 0 ? NO_LEADS : span.links.map(leadOf),
    emitter,
    startNs: Number(span.startNs),
    parent: undefined,
    cut: undefined,
    misplaced: undefined,
    carrier: undefined,
    dissent: undefined,
    dissenters: 0,
    followers: 0,
    traceId: span.traceId,
    recordId: origin.recordId ?? "",
    service: emitter.service,
    scope: span.scope.name,
    name: span.name,
    code: glance.code ? codeLocation(attributes) : null,
    door: origin.door,
    owesTokens: step === "llm" && succeeded(span, ours) && !reportsTokens(attributes),
    responseId: step === "llm" ? text(attributes, attr.genAiResponseId) : undefined,
    turnId: isDetachable(step) ? text(attributes, attr.turnId) : undefined,
    peer: text(attributes, "server.address"),
  };
}

function logFact(
  log: LogRecord,
  emitter: Emitter,
  settings: Settings,
  origin: Origin,
  glance: Glance,
): Fact {
  const key = settings.keyOf(log);
  return {
    kind: "log",
    spanId: log.spanId,
    parentId: log.spanId,
    session: key?.id,
    sessionSource: key?.source,
    refused: key === undefined ? refusedId(log.attributes) : undefined,
    step: undefined,
    ours: false,
    open: false,
    usage: false,
    remote: undefined,
    serves: false,
    links: NO_LEADS,
    emitter,
    startNs: Number(log.timeNs),
    parent: undefined,
    cut: undefined,
    misplaced: undefined,
    carrier: undefined,
    dissent: undefined,
    dissenters: 0,
    followers: 0,
    traceId: log.traceId,
    recordId: origin.recordId ?? "",
    service: emitter.service,
    scope: log.scope.name,
    name: log.eventName === "" ? "log record" : log.eventName,
    code: glance.code ? codeLocation(log.attributes) : null,
    door: origin.door,
    owesTokens: false,
    responseId: undefined,
    turnId: undefined,
    peer: undefined,
  };
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
