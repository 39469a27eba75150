/**
 * What a TraceQL query is: frozen plain objects, told apart by `kind`. No node knows where it stood in the text, so equal
 * queries are equal trees.
 */
import type { SpanKindName, StatusName } from "@throughline/core/record";
import type {
  AggregateFunction,
  ArithmeticOperator,
  AttributeScope,
  ComparisonOperator,
  MetricFunction,
  Relation,
} from "./vocabulary.ts";

// Fields of a span

export interface Attribute {
  readonly kind: "attribute";
  /** `any`: the span's own, else the resource's. */
  readonly scope: AttributeScope | "any";
  readonly name: string;
}

export interface Intrinsic {
  readonly kind: "intrinsic";
  /** As it was written: `duration` and `span:duration` are the same field. */
  readonly name: string;
}

export type Field = Attribute | Intrinsic;

export type Literal =
  | { readonly kind: "literal"; readonly type: "string"; readonly value: string }
  | { readonly kind: "literal"; readonly type: "int"; readonly value: number | bigint }
  | { readonly kind: "literal"; readonly type: "float"; readonly value: number }
  /** In nanoseconds. */
  | { readonly kind: "literal"; readonly type: "duration"; readonly value: number }
  | { readonly kind: "literal"; readonly type: "bool"; readonly value: boolean }
  | { readonly kind: "literal"; readonly type: "status"; readonly value: StatusName }
  | { readonly kind: "literal"; readonly type: "kind"; readonly value: SpanKindName }
  | { readonly kind: "literal"; readonly type: "nil" };

export interface Not {
  readonly kind: "not";
  readonly operand: FieldExpression;
}

export interface Negative {
  readonly kind: "negative";
  readonly operand: FieldExpression;
}

/** A run of one operator. `&&` and `||` bind alike and to the left, so runs of both alternate as nested nodes. */
export interface Logical {
  readonly kind: "and" | "or";
  readonly operands: readonly FieldExpression[];
}

export interface Comparison {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

export interface Arithmetic {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

export type FieldExpression = Field | Literal | Not | Negative | Logical | Comparison | Arithmetic;

// Sets of spans of one trace

export interface Filter {
  readonly kind: "filter";
  /** Null for `{}`: every span. */
  readonly condition: FieldExpression | null;
}

export interface Combination {
  readonly kind: "spanset-and" | "spanset-or";
  readonly operands: readonly Spanset[];
}

export interface Related {
  readonly kind: "related";
  readonly relation: Relation;
  readonly left: Spanset;
  readonly right: Spanset;
}

/** A pipeline in parentheses, where a set of spans may stand. */
export interface Wrapped {
  readonly kind: "wrapped";
  readonly stages: readonly Stage[];
}

export type Spanset = Filter | Combination | Related | Wrapped;

// Stages

export interface Aggregate {
  readonly kind: "aggregate";
  readonly function: AggregateFunction;
  /** Null for `count()`. */
  readonly field: FieldExpression | null;
}

export interface ScalarArithmetic {
  readonly kind: "scalar-arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Scalar;
  readonly right: Scalar;
}

export type Scalar = Aggregate | ScalarArithmetic | Literal;

export interface ScalarFilter {
  readonly kind: "scalar-filter";
  readonly operator: ComparisonOperator;
  readonly left: Scalar;
  readonly right: Scalar;
}

export interface GroupBy {
  readonly kind: "group";
  readonly by: FieldExpression;
}

export interface Coalesce {
  readonly kind: "coalesce";
}

export interface Select {
  readonly kind: "select";
  readonly fields: readonly Field[];
}

export type Stage = Spanset | ScalarFilter | GroupBy | Coalesce | Select;

// Metrics

export interface OverTime {
  readonly kind: "over-time";
  readonly function: MetricFunction;
  /** Null for `rate()` and `count_over_time()`. */
  readonly field: Field | null;
  /** Of `quantile_over_time`, else empty. */
  readonly quantiles: readonly number[];
  readonly by: readonly Field[];
}

export interface Compare {
  readonly kind: "compare";
  readonly selection: Filter;
  readonly top: number;
  /** Nanoseconds; null where the filter alone selects. */
  readonly within: { readonly start: number | bigint; readonly end: number | bigint } | null;
}

export interface Top {
  readonly kind: "topk" | "bottomk";
  readonly count: number;
}

export interface Threshold {
  readonly kind: "threshold";
  readonly operator: ComparisonOperator;
  readonly value: Literal;
}

export type SecondStage = Top | Threshold;

export interface Metrics {
  readonly kind: "metrics";
  readonly stages: readonly Stage[];
  readonly metric: OverTime | Compare;
  readonly after: readonly SecondStage[];
}

/** `({…} | rate()) / ({…} | rate())`: series with equal labels, value by value. */
export interface MetricsMath {
  readonly kind: "metrics-math";
  readonly operator: ArithmeticOperator;
  readonly left: MetricsExpression;
  readonly right: MetricsExpression;
  readonly after: readonly SecondStage[];
}

export type MetricsExpression = Metrics | MetricsMath;

export interface Search {
  readonly kind: "search";
  readonly stages: readonly Stage[];
}

export interface Hint {
  readonly name: string;
  readonly value: Literal;
}

export interface TraceqlQuery {
  readonly kind: "traceql";
  readonly body: Search | MetricsExpression;
  readonly hints: readonly Hint[];
}
