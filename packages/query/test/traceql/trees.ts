import type {
  Field,
  FieldExpression,
  Filter,
  Literal,
  Metrics,
  MetricsExpression,
  Scalar,
  SecondStage,
  Spanset,
  Stage,
  TraceqlQuery,
} from "@throughline/query/traceql";
import * as fc from "fast-check";

/** Any tree that the checker lets pass, in the shape the parser gives it. */
const names = fc.oneof(
  fc.constantFrom(
    "session.id",
    "gen_ai.usage.input_tokens",
    "a-b*2",
    "with space",
    'q"uo\\te',
    "5x",
  ),
  fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }),
);
const attribute: fc.Arbitrary<Field> = fc.record({
  kind: fc.constant("attribute" as const),
  scope: fc.constantFrom("any", "span", "resource", "event", "link", "instrumentation"),
  name: names,
});
const intrinsic = (...names: string[]): fc.Arbitrary<Field> =>
  fc.constantFrom(...names).map((name) => ({ kind: "intrinsic", name }));
const numberField = fc.oneof(
  attribute,
  intrinsic("duration", "span:childCount", "traceDuration", "nestedSetParent"),
);
const anyField = fc.oneof(
  numberField,
  intrinsic("name", "status", "kind", "trace:id", "event:name"),
);

const whole = fc.oneof(
  fc.integer(),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
);
const numberLiteral: fc.Arbitrary<Literal> = fc.oneof(
  whole.map((value): Literal => ({ kind: "literal", type: "int", value })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value): Literal => ({ kind: "literal", type: "float", value: value === 0 ? 0 : value })),
  fc
    .integer({ min: -(2 ** 40), max: 2 ** 40 })
    .chain((part) => fc.constantFrom(1, 1000, 1e6).map((size) => part * size))
    .map((value): Literal => ({
      kind: "literal",
      type: "duration",
      value: value === 0 ? 0 : value,
    })),
);
const text: fc.Arbitrary<Literal> = fc
  .string({ unit: "binary", maxLength: 10 })
  .map((value) => ({ kind: "literal", type: "string", value }));
const word = (type: "status" | "kind", ...values: string[]): fc.Arbitrary<Literal> =>
  fc.constantFrom(...values).map((value) => ({ kind: "literal", type, value }) as Literal);

const { number, truth } = fc.letrec<{ number: FieldExpression; truth: FieldExpression }>((tie) => ({
  number: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    numberLiteral,
    numberField,
    fc.record({ kind: fc.constant("negative" as const), operand: tie("number") }),
    fc.record({
      kind: fc.constant("arithmetic" as const),
      operator: fc.constantFrom("+", "-", "*", "/", "%", "^"),
      left: tie("number"),
      right: tie("number"),
    }),
  ),
  truth: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    attribute,
    fc.record({
      kind: fc.constant("comparison" as const),
      operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">="),
      left: tie("number"),
      right: tie("number"),
    }),
    fc
      .oneof(
        fc.tuple(intrinsic("name", "rootName"), text, fc.constantFrom("=", "!=", "<", ">")),
        fc.tuple(intrinsic("status"), word("status", "ok", "error"), fc.constantFrom("=", "!=")),
        fc.tuple(intrinsic("kind"), word("kind", "server", "client"), fc.constantFrom("=", "!=")),
        fc.tuple(
          anyField,
          fc.constant<Literal>({ kind: "literal", type: "nil" }),
          fc.constantFrom("=", "!="),
        ),
        fc.tuple(
          attribute,
          fc.constant<Literal>({ kind: "literal", type: "string", value: "a.*|b" }),
          fc.constantFrom("=~", "!~"),
        ),
        fc.tuple(
          attribute,
          fc.boolean().map((value): Literal => ({ kind: "literal", type: "bool", value })),
          fc.constantFrom("=", "!="),
        ),
      )
      .map(([left, right, operator]) => ({ kind: "comparison" as const, operator, left, right })),
    fc.record({ kind: fc.constant("not" as const), operand: tie("truth") }),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("truth"), { minLength: 2, maxLength: 4 }),
      )
      .map(([kind, operands]) => ({ kind, operands })),
  ),
}));

export const filters: fc.Arbitrary<Filter> = fc.record({
  kind: fc.constant("filter" as const),
  condition: fc.option(truth, { freq: 5 }),
});

const scalar: fc.Arbitrary<Scalar> = fc.letrec<{ scalar: Scalar }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: "small" },
    numberLiteral,
    fc.constant<Scalar>({ kind: "aggregate", function: "count", field: null }),
    fc.record({
      kind: fc.constant("aggregate" as const),
      function: fc.constantFrom("sum", "avg", "min", "max"),
      field: number,
    }),
    fc.record({
      kind: fc.constant("scalar-arithmetic" as const),
      operator: fc.constantFrom("+", "-", "*", "/", "%", "^"),
      left: tie("scalar"),
      right: tie("scalar"),
    }),
  ),
})).scalar;

const plainStage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({
    kind: fc.constant("scalar-filter" as const),
    operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">="),
    left: fc.constant<Scalar>({ kind: "aggregate", function: "count", field: null }),
    right: scalar,
  }),
  fc.record({ kind: fc.constant("group" as const), by: fc.oneof(anyField, truth, number) }),
  fc.constant<Stage>({ kind: "coalesce" }),
  fc.record({
    kind: fc.constant("select" as const),
    fields: fc.array(anyField, { minLength: 1, maxLength: 3 }),
  }),
);

const oneThen = (first: Stage, rest: readonly Stage[]): readonly Stage[] => [first, ...rest];

const spanset: fc.Arbitrary<Spanset> = fc.letrec<{ spanset: Spanset }>((tie) => ({
  spanset: fc.oneof(
    { depthSize: "small" },
    filters,
    fc
      .tuple(
        fc.constantFrom("spanset-and" as const, "spanset-or" as const),
        fc.array(tie("spanset"), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, operands]) => ({ kind, operands })),
    fc.record({
      kind: fc.constant("related" as const),
      relation: fc.constantFrom(
        ">",
        ">>",
        "<",
        "<<",
        "~",
        "!>",
        "!>>",
        "!<",
        "!~",
        "&>>",
        "&<",
        "&~",
      ),
      left: tie("spanset"),
      right: tie("spanset"),
    }),
    fc
      .tuple(tie("spanset"), fc.array(plainStage, { minLength: 1, maxLength: 2 }))
      .map(([first, rest]) => ({ kind: "wrapped" as const, stages: oneThen(first, rest) })),
  ),
})).spanset;

const stages: fc.Arbitrary<readonly Stage[]> = fc
  .tuple(spanset, fc.array(fc.oneof(plainStage, spanset), { maxLength: 3 }))
  .map(([first, rest]) => oneThen(first, rest));

const second: fc.Arbitrary<SecondStage> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("topk" as const, "bottomk" as const),
    count: fc.integer({ min: 1 }),
  }),
  fc.record({
    kind: fc.constant("threshold" as const),
    operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">="),
    value: numberLiteral,
  }),
);
const after = fc.array(second, { maxLength: 2 });
const by = fc.array(anyField, { maxLength: 3 });
const metric: fc.Arbitrary<Metrics["metric"]> = fc.oneof(
  fc.record({
    kind: fc.constant("over-time" as const),
    function: fc.constantFrom("rate", "count_over_time"),
    field: fc.constant(null),
    quantiles: fc.constant([]),
    by,
  }),
  fc.record({
    kind: fc.constant("over-time" as const),
    function: fc.constantFrom("sum_over_time", "max_over_time", "histogram_over_time"),
    field: numberField,
    quantiles: fc.constant([]),
    by,
  }),
  fc.record({
    kind: fc.constant("over-time" as const),
    function: fc.constant("quantile_over_time" as const),
    field: numberField,
    quantiles: fc.array(fc.constantFrom(0, 0.5, 0.95, 1), { minLength: 1, maxLength: 3 }),
    by,
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    selection: filters,
    top: fc.integer({ min: 1, max: 100 }),
    within: fc.option(fc.constant({ start: 5, end: 2n ** 60n })),
  }),
);
const metrics: fc.Arbitrary<MetricsExpression> = fc.letrec<{ metrics: MetricsExpression }>(
  (tie) => ({
    metrics: fc.oneof(
      { depthSize: "small" },
      fc.record({ kind: fc.constant("metrics" as const), stages, metric, after }),
      fc.record({
        kind: fc.constant("metrics-math" as const),
        operator: fc.constantFrom("+", "-", "*", "/"),
        left: tie("metrics"),
        right: tie("metrics"),
        after,
      }),
    ),
  }),
).metrics;

export const queries: fc.Arbitrary<TraceqlQuery> = fc.record({
  kind: fc.constant("traceql" as const),
  body: fc.oneof(fc.record({ kind: fc.constant("search" as const), stages }), metrics),
  hints: fc.array(
    fc.record({
      name: fc.constantFrom("most_recent", "sample"),
      value: fc.oneof(numberLiteral, text),
    }),
    { maxLength: 2 },
  ),
});
