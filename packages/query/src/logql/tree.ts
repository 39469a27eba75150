/** What a LogQL query is: frozen plain objects, told apart by `kind`; equal queries are equal trees. */
import type {
  BinaryOperator,
  Conversion,
  LineOperator,
  MatchOperator,
  OrderOperator,
  RangeFunction,
  VectorFunction,
} from "./vocabulary.ts";

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

// Stages of a log pipeline

export interface LineFilter {
  readonly kind: "line-filter";
  readonly operator: LineOperator;
  /** Joined by `or`. */
  readonly values: readonly string[];
}

export interface LabelMatch {
  readonly kind: "label-match";
  readonly matcher: Matcher;
}

export interface LabelCompare {
  readonly kind: "label-compare";
  readonly label: string;
  readonly operator: OrderOperator;
  readonly type: "number" | "duration" | "bytes";
  /** Nanoseconds of a duration. */
  readonly value: number;
}

/** A run of one word; `and` binds tighter than `or`. A comma and a blank are an `and`. */
export interface LabelLogic {
  readonly kind: "and" | "or";
  readonly operands: readonly LabelCondition[];
}

export type LabelCondition = LabelMatch | LabelCompare | LabelLogic;

export interface LabelFilter {
  readonly kind: "label-filter";
  readonly condition: LabelCondition;
}

/** `label="expression"`; of `| json status` both are `status`. */
export interface Extraction {
  readonly label: string;
  readonly expression: string;
}

export interface Json {
  readonly kind: "json";
  readonly extract: readonly Extraction[];
}

export interface Logfmt {
  readonly kind: "logfmt";
  readonly strict: boolean;
  readonly keepEmpty: boolean;
  readonly extract: readonly Extraction[];
}

export interface Regexp {
  readonly kind: "regexp";
  readonly pattern: string;
}

export interface Pattern {
  readonly kind: "pattern";
  readonly pattern: string;
}

export interface Unpack {
  readonly kind: "unpack";
}

export interface Decolorize {
  readonly kind: "decolorize";
}

export interface LineFormat {
  readonly kind: "line-format";
  readonly template: string;
}

export type Assignment =
  | { readonly label: string; readonly from: string }
  | { readonly label: string; readonly template: string };

export interface LabelFormat {
  readonly kind: "label-format";
  readonly assignments: readonly Assignment[];
}

/** A label, or a label only where it has such a value. */
export type LabelChoice = { readonly label: string } | Matcher;

export interface DropOrKeep {
  readonly kind: "drop" | "keep";
  readonly labels: readonly LabelChoice[];
}

export interface Unwrap {
  readonly kind: "unwrap";
  readonly label: string;
  readonly conversion: Conversion | null;
}

export type Stage =
  | LineFilter
  | LabelFilter
  | Json
  | Logfmt
  | Regexp
  | Pattern
  | Unpack
  | Decolorize
  | LineFormat
  | LabelFormat
  | DropOrKeep
  | Unwrap;

export interface LogExpression {
  readonly kind: "log";
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}

// Metrics

export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export interface RangeAggregation {
  readonly kind: "range";
  readonly function: RangeFunction;
  /** The quantile of `quantile_over_time`. */
  readonly parameter: number | null;
  readonly log: LogExpression;
  /** Nanoseconds. */
  readonly range: number;
  readonly offset: number;
  readonly grouping: Grouping | null;
}

export interface VectorAggregation {
  readonly kind: "vector-aggregation";
  readonly function: VectorFunction;
  /** How many `topk` and its like keep. */
  readonly parameter: number | null;
  readonly inner: MetricExpression;
  readonly grouping: Grouping | null;
}

export interface Binary {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: MetricExpression;
  readonly right: MetricExpression;
  /** Comparisons give 0 and 1 instead of dropping. */
  readonly bool: boolean;
  readonly matching: { readonly on: boolean; readonly labels: readonly string[] } | null;
  /** The side with many series for one of the other, and the labels it takes over from there. */
  readonly group: { readonly side: "left" | "right"; readonly labels: readonly string[] } | null;
}

export interface NumberLiteral {
  readonly kind: "number";
  readonly value: number;
}

export interface VectorOf {
  readonly kind: "vector";
  readonly value: number;
}

export interface LabelReplace {
  readonly kind: "label-replace";
  readonly inner: MetricExpression;
  readonly destination: string;
  readonly replacement: string;
  readonly source: string;
  readonly pattern: string;
}

export type MetricExpression =
  | RangeAggregation
  | VectorAggregation
  | Binary
  | NumberLiteral
  | VectorOf
  | LabelReplace;

export type LogqlQuery = LogExpression | MetricExpression;
