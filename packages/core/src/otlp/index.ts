export { decodeAny } from "./decode/any.ts";
export { decodeLogRecord, decodeLogs } from "./decode/logs.ts";
export { decodeMetric, decodeMetrics } from "./decode/metrics.ts";
export type { DecodeOptions } from "./decode/request.ts";
export { decodeResource, decodeScope } from "./decode/single.ts";
export { decodeSpan, decodeSpanPart, decodeTraces, type SpanPart } from "./decode/spans.ts";
export { encodeResource, encodeScope } from "./encode/common.ts";
export { encodeLogRecord, encodeLogs } from "./encode/logs.ts";
export { encodeMetric, encodeMetrics } from "./encode/metrics.ts";
export { encodeSpan, encodeTraces } from "./encode/spans.ts";
export { lengthPrefix, splitLengthPrefixed, splitLines, type Splitter } from "./file.ts";
export {
  type EncodedResource,
  type EncodedScope,
  frameRequest,
  joinRequest,
  writeRecord,
} from "./frame.ts";
export type { JsonObject, JsonValue } from "./json/codec.ts";
export {
  logsFromJson,
  logsToJson,
  metricsFromJson,
  metricsToJson,
  parseJson,
  type Signal,
  signalOfJson,
  tracesFromJson,
  tracesToJson,
} from "./json/requests.ts";
export { DEFAULT_LIMITS, type DecodeLimits } from "./limits.ts";
export type {
  AggregationTemporality,
  Buckets,
  Exemplar,
  ExponentialHistogram,
  ExponentialHistogramDataPoint,
  Gauge,
  Histogram,
  HistogramDataPoint,
  Integer,
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
} from "./metrics-model.ts";
export type {
  AnyValue,
  EmptyValue,
  EntityRef,
  KeyValue,
  LogRecord,
  LogsRequest,
  Resource,
  ResourceLogs,
  ResourceSpans,
  Scope,
  ScopeLogs,
  ScopeSpans,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  StatusCode,
  TracesRequest,
} from "./model.ts";
export { OtlpError, type OtlpErrorCode, sayOtlpError } from "./otlp-error.ts";
export { decodeRequest, type OtlpRequest, requestFromJson } from "./request.ts";
export type {
  CompactAttributes,
  HeldAttributes,
  HeldEvent,
  HeldLink,
  HeldLog,
  HeldScope,
  HeldSpan,
  HeldSpanContext,
  HrTime,
} from "./sdk/held.ts";
export {
  encodeHeldResource,
  encodeHeldScope,
  writeHeldLog,
  writeHeldShare,
  writeHeldSpan,
} from "./sdk/records.ts";
export type { SkimmedGroup } from "./skim/frame.ts";
export type { SkimmedLog } from "./skim/logs.ts";
export type { MetricKind, SkimmedMetric } from "./skim/metrics.ts";
export type { PromotedValue } from "./skim/promoted.ts";
export { createSkimmer, type Skimmer, type SkimOptions, type SkimResult } from "./skim/skimmer.ts";
export type { SkimmedSpan } from "./skim/spans.ts";
export { KeyTable } from "./wire/key-table.ts";
export { ByteWriter, type WriteUtf8 } from "./wire/writer.ts";
