/**
 * Spans and log records asked for in TraceQL and LogQL: a reader runs the plans that `@throughline/query` makes of them. What is
 * asked for in vain is an empty answer; what was cut short says so.
 */
import type {
  Labels,
  LogqlLine,
  LogqlLogsPlan,
  LogqlMetricsPlan,
  LogqlMetricsResult,
  Matcher,
} from "@throughline/query/logql";
import type {
  FoundTrace,
  SpanFetch,
  TraceqlMetricsPlan,
  TraceqlMetricsResult,
  TraceqlSearchPlan,
} from "@throughline/query/traceql";
import type { ReadOptions } from "./home.ts";

/** Nanoseconds; the start included, the end excluded. */
export interface TimeWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** How much was looked at for an answer, and whether all of it was. */
export interface Looked {
  readonly records: number;
  readonly bytes: number;
  /** Said when a time budget or limit cut the answer short. */
  readonly partial?: string;
}

export interface TraceSearchResult extends Looked {
  /** The newest by what was found in them, in the order of their own start, newest first. */
  readonly traces: readonly TraceFound[];
}

/** A trace as a search shows it. */
export interface TraceFound extends Omit<FoundTrace, "root" | "sets"> {
  /** Undefined while the root has not come. */
  readonly root: { readonly name: string; readonly service: string | undefined } | undefined;
  readonly sets: readonly SetFound[];
}

export interface SetFound extends Omit<FoundTrace["sets"][number], "spans"> {
  readonly spans: readonly SpanFound[];
}

export interface SpanFound {
  readonly spanId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly durationNs: number;
  readonly attributes: FoundTrace["sets"][number]["spans"][number]["attributes"];
}

/** One trace as it was sent: `TracesData` messages in protobuf, which one after the other are one such message. */
export interface TraceBytes {
  readonly pieces: readonly Uint8Array[];
  readonly spans: number;
  readonly partial?: string;
}

export type TelemetryScope = "resource" | "span" | "event" | "link" | "instrumentation";

export interface AttributeQuery {
  readonly window: TimeWindow;
  /** Only of spans that one of these describes; of all where there are none. */
  readonly fetch: readonly SpanFetch[];
}

export interface AttributeNames extends Looked {
  readonly names: Readonly<Record<TelemetryScope, readonly string[]>>;
}

export interface AttributeValues extends Looked {
  readonly values: readonly AttributeValue[];
}

export type AttributeValue = string | number | bigint | boolean;

export interface LogSearchResult extends Looked {
  /** In the order of the plan's direction; those of one time in the order of their arrival, or against it. */
  readonly lines: readonly LogqlLine[];
}

export interface StreamQuery {
  readonly window: TimeWindow;
  /** Selectors of which one must hold; all streams where there are none. */
  readonly selectors: readonly (readonly Matcher[])[];
}

export interface StreamList extends Looked {
  readonly streams: readonly StreamFound[];
}

/** What of a stream lies in the window. Sizes are estimated from those of the store's blocks. */
export interface StreamFound {
  readonly labels: Labels;
  readonly entries: number;
  readonly bytes: number;
}

export type TailEvent =
  | { readonly type: "lines"; readonly lines: readonly LogqlLine[] }
  /** Whoever follows was too slow for what came in: some of it was not told. */
  | { readonly type: "gap" };

export interface TelemetryReader {
  searchTraces(plan: TraceqlSearchPlan, options?: ReadOptions): Promise<TraceSearchResult>;
  /** Undefined where there is no span of that trace. */
  traceBytes(traceId: string, options?: ReadOptions): Promise<TraceBytes | undefined>;
  traceMetrics(
    plan: TraceqlMetricsPlan,
    options?: ReadOptions,
  ): Promise<TraceqlMetricsResult & Looked>;
  attributeNames(query: AttributeQuery, options?: ReadOptions): Promise<AttributeNames>;
  /** Of a field as TraceQL writes it: `span.http.route`, `.service.name`, `status`. */
  attributeValues(
    field: string,
    limit: number,
    query: AttributeQuery,
    options?: ReadOptions,
  ): Promise<AttributeValues>;
  searchLogs(plan: LogqlLogsPlan, options?: ReadOptions): Promise<LogSearchResult>;
  logMetrics(plan: LogqlMetricsPlan, options?: ReadOptions): Promise<LogqlMetricsResult & Looked>;
  logStreams(query: StreamQuery, options?: ReadOptions): Promise<StreamList>;
  /** What comes in from the call on, in order of arrival, until the signal says that nobody listens any more. */
  tailLogs(plan: LogqlLogsPlan, signal: AbortSignal): AsyncIterable<TailEvent>;
}
