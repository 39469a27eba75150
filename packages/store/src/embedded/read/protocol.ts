import type { Session, SessionRecord } from "@throughline/core/session";
import type { RecordPage, RecordQuery, Resolution, SessionPage, SessionQuery } from "../../home.ts";
import type { LogqlLogsPlan, LogqlMetricsPlan, LogqlMetricsResult } from "@throughline/query/logql";
import type {
  TraceqlMetricsPlan,
  TraceqlMetricsResult,
  TraceqlSearchPlan,
} from "@throughline/query/traceql";
import type {
  AttributeNames,
  AttributeQuery,
  AttributeValues,
  Looked,
  LogSearchResult,
  StreamList,
  StreamQuery,
  TraceBytes,
  TraceSearchResult,
} from "../../telemetry.ts";
import type { ValuesAsked } from "../query/attributes.ts";
import type { OtlpAsked, OtlpPage } from "../query/session-otlp.ts";
import type { SessionFindings } from "./findings.ts";
import type { UnverifiedAsked } from "./unverified.ts";
import type { Day } from "../days/day.ts";
import type { ReadRefusalKind } from "../../refusal.ts";

/**
 * What readers can be asked, and what they answer. Answers travel as JSON, which is cheaper than cloning many small objects, or
 * as they are where they hold bytes, maps or large integers.
 */
export interface Questions {
  readonly sessions: { readonly asked: SessionQuery; readonly answer: SessionPage };
  readonly resolve: { readonly asked: string; readonly answer: Resolution };
  readonly session: { readonly asked: string; readonly answer: Session | null };
  readonly records: { readonly asked: RecordsAsked; readonly answer: RecordPage };
  readonly search: {
    readonly asked: RecordQuery & { readonly since: number };
    readonly answer: RecordPage;
  };
  readonly trace: { readonly asked: string; readonly answer: RecordPage };
  readonly findings: { readonly asked: string; readonly answer: SessionFindings | null };
  readonly unverified: {
    readonly asked: UnverifiedAsked;
    readonly answer: readonly string[];
  };
  /** The live tail's: the number of the last commit. */
  readonly commit: { readonly asked: null; readonly answer: number };
  /** The live tail's: how these sessions stand now. */
  readonly refresh: { readonly asked: readonly string[]; readonly answer: readonly Session[] };
  /** The live tail's: records of a strand that came before its session was known, in order of arrival; null: not wanted. */
  readonly strand: {
    readonly asked: StrandAsked;
    readonly answer: readonly (SessionRecord | null)[];
  };
  readonly otlp: { readonly asked: OtlpAsked; readonly answer: OtlpPage };
  readonly traces: { readonly asked: TraceqlSearchPlan; readonly answer: TraceSearchResult };
  readonly traceBytes: { readonly asked: string; readonly answer: TraceBytes | null };
  readonly traceMetrics: {
    readonly asked: TraceqlMetricsPlan;
    readonly answer: TraceqlMetricsResult & Looked;
  };
  readonly attributeNames: { readonly asked: AttributeQuery; readonly answer: AttributeNames };
  readonly attributeValues: { readonly asked: ValuesAsked; readonly answer: AttributeValues };
  readonly logs: { readonly asked: LogqlLogsPlan; readonly answer: LogSearchResult };
  readonly logMetrics: {
    readonly asked: LogqlMetricsPlan;
    readonly answer: LogqlMetricsResult & Looked;
  };
  readonly streams: { readonly asked: StreamQuery; readonly answer: StreamList };
}

/** Answers that can't be said in JSON. */
export const AS_THEY_ARE: ReadonlySet<QuestionName> = new Set([
  "otlp",
  "traces",
  "traceBytes",
  "traceMetrics",
  "attributeNames",
  "attributeValues",
  "logs",
  "logMetrics",
  "streams",
]);

export interface RecordsAsked {
  readonly id: string;
  readonly query: RecordQuery;
}

export interface StrandAsked {
  readonly session: string;
  readonly day: Day;
  readonly cluster: number;
  /** Records with a seq below this. */
  readonly before: number;
  readonly query: RecordQuery;
}

export type QuestionName = keyof Questions;
export type Asked<N extends QuestionName> = Questions[N]["asked"];
export type Answer<N extends QuestionName> = Questions[N]["answer"];

export interface ReaderSettings {
  readonly directory: string;
  readonly days: readonly Day[];
  readonly silenceMs: number;
}

export type ToReader =
  | {
      readonly type: "ask";
      readonly id: number;
      readonly name: QuestionName;
      readonly asked: unknown;
      readonly budgetMs: number;
    }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "days"; readonly days: readonly Day[] }
  | { readonly type: "close" };

export type FromReader =
  | { readonly type: "answer"; readonly id: number; readonly json: string }
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | {
      readonly type: "failed";
      readonly id: number;
      readonly kind: ReadRefusalKind;
      readonly message: string;
    }
  | { readonly type: "damaged"; readonly day: Day; readonly why: string };
