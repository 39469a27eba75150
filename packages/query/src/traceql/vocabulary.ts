import type { SpanKindName, StatusName } from "@throughline/core/record";

export const attributeScopes = ["span", "resource", "event", "link", "instrumentation"] as const;
export type AttributeScope = (typeof attributeScopes)[number];

/** What a field is. `attribute` stands for whatever a record happens to hold there. */
export type FieldType =
  | "string"
  | "int"
  | "float"
  | "duration"
  | "bool"
  | "status"
  | "kind"
  | "nil"
  | "attribute";

export interface IntrinsicFacts {
  /** The same for all spellings of one field. */
  readonly field: IntrinsicField;
  readonly type: FieldType;
  /** `trace`: one span does not know it. */
  readonly of: "span" | "trace";
}

export type IntrinsicField =
  | "name"
  | "duration"
  | "status"
  | "statusMessage"
  | "kind"
  | "spanId"
  | "parentId"
  | "childCount"
  | "traceId"
  | "traceDuration"
  | "rootName"
  | "rootService"
  | "eventName"
  | "eventTime"
  | "linkTraceId"
  | "linkSpanId"
  | "scopeName"
  | "scopeVersion"
  | "nestedSetLeft"
  | "nestedSetRight"
  | "nestedSetParent";

const fact = (
  field: IntrinsicField,
  type: FieldType,
  of: IntrinsicFacts["of"] = "span",
): IntrinsicFacts => ({ field, type, of });

/** Every intrinsic by each of its spellings. */
export const intrinsics: ReadonlyMap<string, IntrinsicFacts> = new Map([
  ["name", fact("name", "string")],
  ["span:name", fact("name", "string")],
  ["duration", fact("duration", "duration")],
  ["span:duration", fact("duration", "duration")],
  ["status", fact("status", "status")],
  ["span:status", fact("status", "status")],
  ["statusMessage", fact("statusMessage", "string")],
  ["span:statusMessage", fact("statusMessage", "string")],
  ["kind", fact("kind", "kind")],
  ["span:kind", fact("kind", "kind")],
  ["span:id", fact("spanId", "string")],
  ["span:parentID", fact("parentId", "string")],
  ["span:childCount", fact("childCount", "int", "trace")],
  ["trace:id", fact("traceId", "string")],
  ["traceDuration", fact("traceDuration", "duration", "trace")],
  ["trace:duration", fact("traceDuration", "duration", "trace")],
  ["rootName", fact("rootName", "string", "trace")],
  ["trace:rootName", fact("rootName", "string", "trace")],
  ["rootServiceName", fact("rootService", "string", "trace")],
  ["trace:rootService", fact("rootService", "string", "trace")],
  ["event:name", fact("eventName", "string")],
  ["event:timeSinceStart", fact("eventTime", "duration")],
  ["link:traceID", fact("linkTraceId", "string")],
  ["link:spanID", fact("linkSpanId", "string")],
  ["instrumentation:name", fact("scopeName", "string")],
  ["instrumentation:version", fact("scopeVersion", "string")],
  ["nestedSetLeft", fact("nestedSetLeft", "int", "trace")],
  ["nestedSetRight", fact("nestedSetRight", "int", "trace")],
  ["nestedSetParent", fact("nestedSetParent", "int", "trace")],
]);

export const statusNames: readonly StatusName[] = ["ok", "error", "unset"];
export const kindNames: readonly SpanKindName[] = [
  "unspecified",
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
];

export const MIN_INT: bigint = -(2n ** 63n);
export const MAX_INT: bigint = 2n ** 63n - 1n;

export const comparisonOperators = ["=", "!=", "<", "<=", ">", ">=", "=~", "!~"] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const arithmeticOperators = ["+", "-", "*", "/", "%", "^"] as const;
export type ArithmeticOperator = (typeof arithmeticOperators)[number];

/** How two sets of spans of a trace relate. Plain and `!` forms give the spans on the right, `&` forms those of both sides. */
export const relations = [
  ">",
  ">>",
  "<",
  "<<",
  "~",
  "!>",
  "!>>",
  "!<",
  "!<<",
  "!~",
  "&>",
  "&>>",
  "&<",
  "&<<",
  "&~",
] as const;
export type Relation = (typeof relations)[number];

export const aggregateFunctions = ["count", "sum", "avg", "min", "max"] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

export const metricFunctions = [
  "rate",
  "count_over_time",
  "sum_over_time",
  "avg_over_time",
  "min_over_time",
  "max_over_time",
  "quantile_over_time",
  "histogram_over_time",
] as const;
export type MetricFunction = (typeof metricFunctions)[number];
