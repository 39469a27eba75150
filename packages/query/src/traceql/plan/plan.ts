import type { Steps } from "../../metrics/steps.ts";
import type { MetricLimits } from "../evaluate/over-time.ts";
import type { Field, MetricsExpression, Search, TraceqlQuery } from "../tree.ts";
import type { SpanFetch } from "./fetch.ts";

/**
 * What a store must feed to get the right answer.
 *
 * - `span`: single spans, in any order and grouping; each counts for itself.
 * - `candidates`: the spans that some fetch describes, all those of one trace together.
 * - `trace`: every span of each trace that has such a span.
 */
export type Unit = "span" | "candidates" | "trace";

interface Plan {
  readonly language: "traceql";
  /**
   * Spans that start before `startNs`, or at `endNs` and later, are out; but where the unit is the trace, all of it is fed, and
   * it is found when one of the spans found lies in the window.
   */
  readonly window: { readonly startNs: bigint; readonly endNs: bigint };
  readonly unit: Unit;
  /** A span matters if one of these describes it. Whatever else is fed does no harm: everything is looked at again. */
  readonly fetch: readonly SpanFetch[];
  /** Every field that is read, or `all`. */
  readonly fields: readonly Field[];
  readonly readsAll: boolean;
}

export interface TraceqlSearchPlan extends Plan {
  readonly kind: "search";
  readonly query: TraceqlQuery & { readonly body: Search };
  /** Traces wanted. */
  readonly limit: number;
  readonly spansPerSet: number;
  /** Which traces to take when there are more: the newest, as a rule; a store may take the first it finds where false. */
  readonly newestFirst: boolean;
}

export interface TraceqlMetricsPlan extends Plan {
  readonly kind: "metrics";
  readonly query: TraceqlQuery & { readonly body: MetricsExpression };
  readonly steps: Steps;
  readonly limits: MetricLimits;
}

export type TraceqlPlan = TraceqlSearchPlan | TraceqlMetricsPlan;
