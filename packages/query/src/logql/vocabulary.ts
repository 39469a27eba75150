export const matchOperators = ["=", "!=", "=~", "!~"] as const;
export type MatchOperator = (typeof matchOperators)[number];

export const lineOperators = ["|=", "!=", "|~", "!~", "|>", "!>"] as const;
export type LineOperator = (typeof lineOperators)[number];

/** Of label filters; `==` is read as `=`. */
export const orderOperators = ["=", "!=", "<", "<=", ">", ">="] as const;
export type OrderOperator = (typeof orderOperators)[number];

export const conversions = ["duration", "duration_seconds", "bytes"] as const;
export type Conversion = (typeof conversions)[number];

/** Count lines, or their bytes. */
export const lineFunctions = [
  "rate",
  "count_over_time",
  "bytes_rate",
  "bytes_over_time",
  "absent_over_time",
] as const;

/** Need an unwrapped label; `rate` and `absent_over_time` take one too. */
export const sampleFunctions = [
  "sum_over_time",
  "avg_over_time",
  "min_over_time",
  "max_over_time",
  "first_over_time",
  "last_over_time",
  "stddev_over_time",
  "stdvar_over_time",
  "quantile_over_time",
] as const;

export type RangeFunction = (typeof lineFunctions)[number] | (typeof sampleFunctions)[number];
export const rangeFunctions: readonly RangeFunction[] = [...lineFunctions, ...sampleFunctions];

export const vectorFunctions = [
  "sum",
  "avg",
  "min",
  "max",
  "count",
  "stddev",
  "stdvar",
  "topk",
  "bottomk",
  "approx_topk",
  "sort",
  "sort_desc",
] as const;
export type VectorFunction = (typeof vectorFunctions)[number];

export const arithmeticOperators = ["+", "-", "*", "/", "%", "^"] as const;
export const comparisonOperators = ["==", "!=", ">", ">=", "<", "<="] as const;
export const setOperators = ["and", "or", "unless"] as const;
export const binaryOperators = [
  ...arithmeticOperators,
  ...comparisonOperators,
  ...setOperators,
] as const;
export type BinaryOperator = (typeof binaryOperators)[number];

/** From loosest to tightest; `^` alone binds to the right. */
export const binaryPowers: { readonly [operator in BinaryOperator]: number } = {
  or: 1,
  and: 2,
  unless: 2,
  "==": 3,
  "!=": 3,
  ">": 3,
  ">=": 3,
  "<": 3,
  "<=": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  "^": 6,
};
