import type {
  Buckets,
  Exemplar,
  ExponentialHistogram,
  ExponentialHistogramDataPoint,
  Gauge,
  Histogram,
  HistogramDataPoint,
  Metric,
  MetricData,
  MetricsRequest,
  NumberDataPoint,
  NumberValue,
  ResourceMetrics,
  ScopeMetrics,
  Sum,
  Summary,
  SummaryDataPoint,
  ValueAtQuantile,
} from "../metrics-model.ts";
import { choice, type Codec, field, list, message, optional, records, required } from "./codec.ts";
import {
  bool,
  double,
  enumeration,
  id,
  int32,
  int64,
  nanos,
  text,
  uint32,
  uint64,
} from "./scalars.ts";
import { attributes, resource, scope } from "./values.ts";

const temporality = enumeration({
  AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
  AGGREGATION_TEMPORALITY_DELTA: 1,
  AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
});

const value = choice<NumberValue>(() => ({ asDouble: double, asInt: int64 }));

const exemplar = message<Exemplar>({
  filteredAttributes: field(attributes),
  timeUnixNano: field(nanos),
  value,
  spanId: field(id),
  traceId: field(id),
});

const numberPoint = message<NumberDataPoint>({
  attributes: field(attributes),
  startTimeUnixNano: field(nanos),
  timeUnixNano: field(nanos),
  value,
  exemplars: field(list(exemplar)),
  flags: field(uint32),
});

const histogramPoint = message<HistogramDataPoint>({
  attributes: field(attributes),
  startTimeUnixNano: field(nanos),
  timeUnixNano: field(nanos),
  count: field(uint64),
  sum: field(optional(double)),
  bucketCounts: field(list(uint64)),
  explicitBounds: field(list(double)),
  exemplars: field(list(exemplar)),
  flags: field(uint32),
  min: field(optional(double)),
  max: field(optional(double)),
});

const buckets = optional(
  message<Buckets>({ offset: field(int32), bucketCounts: field(list(uint64)) }),
);

const exponentialPoint = message<ExponentialHistogramDataPoint>({
  attributes: field(attributes),
  startTimeUnixNano: field(nanos),
  timeUnixNano: field(nanos),
  count: field(uint64),
  sum: field(optional(double)),
  scale: field(int32),
  zeroCount: field(uint64),
  positive: field(buckets),
  negative: field(buckets),
  flags: field(uint32),
  exemplars: field(list(exemplar)),
  min: field(optional(double)),
  max: field(optional(double)),
  zeroThreshold: field(double),
});

const quantile = message<ValueAtQuantile>({ quantile: field(double), value: field(double) });

const summaryPoint = message<SummaryDataPoint>({
  attributes: field(attributes),
  startTimeUnixNano: field(nanos),
  timeUnixNano: field(nanos),
  count: field(uint64),
  sum: field(double),
  quantileValues: field(list(quantile)),
  flags: field(uint32),
});

const metric = message<Metric>({
  name: field(required(text)),
  description: field(text),
  unit: field(text),
  data: choice<MetricData>(() => ({
    gauge: message<Gauge>({ dataPoints: field(list(numberPoint)) }),
    sum: message<Sum>({
      dataPoints: field(list(numberPoint)),
      aggregationTemporality: field(temporality),
      isMonotonic: field(bool),
    }),
    histogram: message<Histogram>({
      dataPoints: field(list(histogramPoint)),
      aggregationTemporality: field(temporality),
    }),
    exponentialHistogram: message<ExponentialHistogram>({
      dataPoints: field(list(exponentialPoint)),
      aggregationTemporality: field(temporality),
    }),
    summary: message<Summary>({ dataPoints: field(list(summaryPoint)) }),
  })),
  metadata: field(attributes),
});

export const metrics: Codec<MetricsRequest> = message<MetricsRequest>({
  resourceMetrics: field(
    required(
      list(
        message<ResourceMetrics>({
          resource: field(resource),
          scopeMetrics: field(
            required(
              list(
                message<ScopeMetrics>({
                  scope: field(scope),
                  metrics: field(required(records(metric, () => {}))),
                  schemaUrl: field(text),
                }),
              ),
            ),
          ),
          schemaUrl: field(text),
        }),
      ),
    ),
  ),
});
