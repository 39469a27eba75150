import type { KeyValue, Resource, Scope } from "./model.ts";

/** A 64-bit integer: a number while that is exact, else a bigint. */
export type Integer = number | bigint;

/** 0 unspecified, 1 delta, 2 cumulative. */
export type AggregationTemporality = number;

export type NumberValue = { readonly asDouble: number } | { readonly asInt: Integer };

export interface Exemplar {
  readonly filteredAttributes: readonly KeyValue[];
  readonly timeUnixNano: bigint;
  readonly value: NumberValue | undefined;
  readonly spanId: string;
  readonly traceId: string;
}

export interface NumberDataPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly value: NumberValue | undefined;
  readonly exemplars: readonly Exemplar[];
  readonly flags: number;
}

export interface HistogramDataPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly count: Integer;
  readonly sum: number | undefined;
  readonly bucketCounts: readonly Integer[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly Exemplar[];
  readonly flags: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface Buckets {
  readonly offset: number;
  readonly bucketCounts: readonly Integer[];
}

export interface ExponentialHistogramDataPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly count: Integer;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: Integer;
  readonly positive: Buckets | undefined;
  readonly negative: Buckets | undefined;
  readonly flags: number;
  readonly exemplars: readonly Exemplar[];
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly zeroThreshold: number;
}

export interface ValueAtQuantile {
  readonly quantile: number;
  readonly value: number;
}

export interface SummaryDataPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly count: Integer;
  readonly sum: number;
  readonly quantileValues: readonly ValueAtQuantile[];
  readonly flags: number;
}

export interface Gauge {
  readonly dataPoints: readonly NumberDataPoint[];
}

export interface Sum {
  readonly dataPoints: readonly NumberDataPoint[];
  readonly aggregationTemporality: AggregationTemporality;
  readonly isMonotonic: boolean;
}

export interface Histogram {
  readonly dataPoints: readonly HistogramDataPoint[];
  readonly aggregationTemporality: AggregationTemporality;
}

export interface ExponentialHistogram {
  readonly dataPoints: readonly ExponentialHistogramDataPoint[];
  readonly aggregationTemporality: AggregationTemporality;
}

export interface Summary {
  readonly dataPoints: readonly SummaryDataPoint[];
}

/** Exactly one of five; on the wire and in JSON the chosen one stands directly in the metric. */
export type MetricData =
  | { readonly gauge: Gauge }
  | { readonly sum: Sum }
  | { readonly histogram: Histogram }
  | { readonly exponentialHistogram: ExponentialHistogram }
  | { readonly summary: Summary };

export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly data: MetricData | undefined;
  readonly metadata: readonly KeyValue[];
}

export interface ScopeMetrics {
  readonly scope: Scope | undefined;
  readonly metrics: readonly Metric[];
  readonly schemaUrl: string;
}

export interface ResourceMetrics {
  readonly resource: Resource | undefined;
  readonly scopeMetrics: readonly ScopeMetrics[];
  readonly schemaUrl: string;
}

export interface MetricsRequest {
  readonly resourceMetrics: readonly ResourceMetrics[];
}
