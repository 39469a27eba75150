import type { LogRecord, SpanRecord, TelemetryRecord } from "../record/record.ts";
import type { Fact } from "./fact.ts";
import type { FaultKind, Level, RuleId } from "./finding.ts";
import type { Glance } from "./glance.ts";
import type { Series } from "./series.ts";
import type { SessionFacts } from "./session-facts.ts";
import type { Settings } from "./settings.ts";
import type { Sites } from "./site.ts";
import type { TraceFacts } from "./trace-facts.ts";

/** Who is to blame: where a fault is counted and what is shown for it. */
export interface Culprit {
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly recordId: string;
  readonly code: Fact["code"];
}

/** The same for something else than the record itself: a step that it announces, what all of its process carry. */
export function blame(culprit: Culprit, name: string, scope: string = culprit.scope): Culprit {
  const { code, recordId, service, spanId, traceId } = culprit;
  return { service, scope, name, traceId, spanId, recordId, code };
}

export interface Fault {
  readonly at: Culprit;
  readonly fault: FaultKind;
  /** The rule's usual level unless given. */
  readonly level?: Level;
  /** One sentence, the same for all culprits of one site: it tells apart what is counted together. */
  readonly message: string;
  /** What a developer can do about it. */
  readonly fix: string;
}

export interface RecordView {
  readonly glance: Glance;
  readonly settings: Settings;
  readonly sites: Sites;
}

export type RecordCheck<Kind> = (record: Kind, fact: Fact, view: RecordView) => readonly Fault[];

/**
 * One rule of the contract. Each check is a pure function that is asked when what it needs is known: on arrival of the
 * record, or once its trace or session is decided.
 */
export interface Rule {
  readonly id: RuleId;
  readonly title: string;
  /** What it asks, and what is lost where it is broken. */
  readonly meaning: string;
  /** What to do in general; a finding's own says it for the case. */
  readonly fix: string;
  readonly level: Level;
  readonly span?: RecordCheck<SpanRecord>;
  readonly log?: RecordCheck<LogRecord>;
  /** Of both. */
  readonly record?: RecordCheck<TelemetryRecord>;
  /**
   * Whether a record stands where it should. One fault, one finding: of the rules that judge a place, the first in the
   * order of `rules.ts` that objects is the only one heard.
   */
  readonly place?: (fact: Fact, trace: TraceFacts) => Fault | undefined;
  readonly trace?: (trace: TraceFacts) => readonly Fault[];
  readonly session?: (session: SessionFacts) => readonly Fault[];
  readonly series?: (series: Series, settings: Settings) => readonly Fault[];
}

export const NO_FAULTS: readonly Fault[] = Object.freeze([]);
