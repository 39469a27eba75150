import type {
  LabelCondition,
  LogExpression,
  LogqlQuery,
  Matcher,
  MetricExpression,
  Stage,
} from "@throughline/query/logql";
import * as fc from "fast-check";

/** Any tree that the checker lets pass, in the shape the parser gives it. */
const label = fc.constantFrom("service_name", "session_id", "level", "a", "b1", "__error__");
const otherLabel = fc.constantFrom("tool", "x", "status");
const text = fc.string({ unit: "binary", maxLength: 10 });
const regex = fc.constantFrom("a.*", "x|y", "", "(?i)b", "[0-9]+\\.\\d");
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({ label, operator: fc.constantFrom("=" as const, "!=" as const), value: text }),
  fc.record({ label, operator: fc.constantFrom("=~" as const, "!~" as const), value: regex }),
);
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (value === 0 ? 0 : value));
const nanoseconds = fc
  .integer({ min: -(2 ** 40), max: 2 ** 40 })
  .chain((part) => fc.constantFrom(1, 1000, 1e6).map((size) => part * size))
  .map((value) => (value === 0 ? 0 : value));

const condition: fc.Arbitrary<LabelCondition> = fc.letrec<{ condition: LabelCondition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    fc.record({ kind: fc.constant("label-match" as const), matcher }),
    fc.record({
      kind: fc.constant("label-compare" as const),
      label,
      operator: fc.constantFrom("=" as const, "!=", "<", "<=", ">", ">="),
      type: fc.constant("number" as const),
      value: number,
    }),
    fc.record({
      kind: fc.constant("label-compare" as const),
      label,
      operator: fc.constantFrom("=" as const, ">"),
      type: fc.constant("duration" as const),
      value: nanoseconds,
    }),
    fc.record({
      kind: fc.constant("label-compare" as const),
      label,
      operator: fc.constantFrom("!=" as const, "<"),
      type: fc.constant("bytes" as const),
      value: fc.nat(),
    }),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("condition"), { minLength: 2, maxLength: 4 }),
      )
      .map(([kind, operands]) => ({ kind, operands })),
  ),
})).condition;

const extract = fc.array(
  fc.record({ label, expression: fc.constantFrom("a", "a.b[0]", '["odd key"]', "level") }),
  { maxLength: 3 },
);
const template = fc.constantFrom(
  "{{.a}}",
  "plain",
  '{{ if .b }}x{{ else }}y{{ end }}"\\',
  "{{ add 1 2 }}",
);
const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({
    kind: fc.constant("line-filter" as const),
    operator: fc.constantFrom("|=" as const, "!="),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("line-filter" as const),
    operator: fc.constantFrom("|~" as const, "!~"),
    values: fc.array(regex, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant("line-filter" as const),
    operator: fc.constantFrom("|>" as const, "!>"),
    values: fc.constant(["<_> x <_>"]),
  }),
  fc.record({ kind: fc.constant("label-filter" as const), condition }),
  fc.record({ kind: fc.constant("json" as const), extract }),
  fc.record({
    kind: fc.constant("logfmt" as const),
    strict: fc.boolean(),
    keepEmpty: fc.boolean(),
    extract,
  }),
  fc.constant<Stage>({ kind: "regexp", pattern: "(?P<a>\\w+) (?P<b>.*)" }),
  fc.constant<Stage>({ kind: "pattern", pattern: '<a> "<b>" <_>' }),
  fc.constant<Stage>({ kind: "unpack" }),
  fc.constant<Stage>({ kind: "decolorize" }),
  fc.record({ kind: fc.constant("line-format" as const), template }),
  fc.tuple(template, otherLabel).map(([template, from]): Stage => ({
    kind: "label-format",
    assignments: [
      { label: "a", template },
      { label: "b", from },
    ],
  })),
  fc.record({
    kind: fc.constantFrom("drop" as const, "keep" as const),
    labels: fc.array(fc.oneof(fc.record({ label }), matcher), { minLength: 1, maxLength: 3 }),
  }),
);

function endsBare(stage: Stage): boolean {
  if (stage.kind !== "drop" && stage.kind !== "keep") return false;
  const last = stage.labels.at(-1);
  return last !== undefined && !("operator" in last);
}

function beginsNegated(stage: Stage | undefined): boolean {
  return stage?.kind === "line-filter" && stage.operator.startsWith("!");
}

const matchers = fc
  .array(matcher, { maxLength: 3 })
  .map((more): readonly Matcher[] => [
    { label: "service_name", operator: "=", value: "a" },
    ...more,
  ]);
export const logs: fc.Arbitrary<LogExpression> = fc.record({
  kind: fc.constant("log" as const),
  matchers,
  // `drop a != "x"` is one stage: behind a bare label no filter that begins like a comparison can be written.
  stages: fc
    .array(stage, { maxLength: 4 })
    .filter(
      (stages) => !stages.some((stage, i) => endsBare(stage) && beginsNegated(stages[i + 1])),
    ),
});
const unwrapped: fc.Arbitrary<LogExpression> = fc
  .tuple(
    logs,
    fc.constantFrom(null, "duration" as const, "bytes" as const),
    fc.option(condition, { nil: undefined }),
  )
  .map(([{ matchers, stages }, conversion, after]) => ({
    kind: "log",
    matchers,
    stages: stages.concat(
      { kind: "unwrap", label: "tokens", conversion },
      after === undefined ? [] : [{ kind: "label-filter", condition: after }],
    ),
  }));

const labels = fc.uniqueArray(otherLabel, { maxLength: 2 });
const grouping = fc.option(fc.record({ without: fc.boolean(), labels }));
const range = fc.integer({ min: 1, max: 10_000 }).map((seconds) => seconds * 1e9);
const ranges: fc.Arbitrary<MetricExpression> = fc.oneof(
  fc.record({
    kind: fc.constant("range" as const),
    function: fc.constantFrom("rate" as const, "count_over_time", "bytes_rate", "absent_over_time"),
    parameter: fc.constant(null),
    log: logs,
    range,
    offset: nanoseconds,
    grouping: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant("range" as const),
    function: fc.constantFrom("avg_over_time" as const, "last_over_time", "stddev_over_time"),
    parameter: fc.constant(null),
    log: unwrapped,
    range,
    offset: nanoseconds,
    grouping,
  }),
  fc.record({
    kind: fc.constant("range" as const),
    function: fc.constant("quantile_over_time" as const),
    parameter: fc.constantFrom(0, 0.5, 0.99),
    log: unwrapped,
    range,
    offset: fc.constant(0),
    grouping,
  }),
);

const { metric } = fc.letrec<{
  metric: MetricExpression;
  scalar: MetricExpression;
  series: MetricExpression;
}>((tie) => ({
  series: fc.oneof(
    { depthSize: "small" },
    ranges,
    number.map((value): MetricExpression => ({ kind: "vector", value })),
    fc.record({
      kind: fc.constant("vector-aggregation" as const),
      function: fc.constantFrom("sum" as const, "avg", "count", "stddev"),
      parameter: fc.constant(null),
      inner: tie("series"),
      grouping,
    }),
    fc.record({
      kind: fc.constant("vector-aggregation" as const),
      function: fc.constantFrom("topk" as const, "bottomk"),
      parameter: fc.integer({ min: 1, max: 100 }),
      inner: tie("series"),
      grouping,
    }),
    fc.record({
      kind: fc.constant("label-replace" as const),
      inner: tie("series"),
      destination: fc.constant("dst"),
      replacement: text,
      source: text,
      pattern: regex,
    }),
    fc
      .tuple(
        fc.constantFrom("+", "-", "*", "/", "%", "^", "==", "!=", "<", ">=", "and", "or", "unless"),
        tie("series"),
        tie("series"),
        fc.option(fc.record({ on: fc.boolean(), labels })),
        fc.option(
          fc.record({
            side: fc.constantFrom("left", "right"),
            labels: fc.constantFrom([], ["extra"]),
          }),
        ),
        fc.boolean(),
      )
      .map(([operator, left, right, matching, group, bool]) => {
        const compares = ["==", "!=", "<", ">="].includes(operator);
        const joins = ["and", "or", "unless"].includes(operator);
        return {
          kind: "binary" as const,
          operator,
          left,
          right,
          bool: bool && compares,
          matching,
          group: matching === null || joins ? null : group,
        };
      }),
    fc
      .tuple(
        fc.constantFrom("+" as const, "/", "^", ">"),
        tie("series"),
        tie("scalar"),
        fc.boolean(),
      )
      .map(([operator, series, scalar, turned]): MetricExpression => ({
        kind: "binary",
        operator,
        left: turned ? scalar : series,
        right: turned ? series : scalar,
        bool: false,
        matching: null,
        group: null,
      })),
  ),
  scalar: fc.oneof(
    { depthSize: "small" },
    number.map((value): MetricExpression => ({ kind: "number", value })),
    fc.record({
      kind: fc.constant("binary" as const),
      operator: fc.constantFrom("+" as const, "-", "*", "^", "<="),
      left: tie("scalar"),
      right: tie("scalar"),
      bool: fc.constant(false),
      matching: fc.constant(null),
      group: fc.constant(null),
    }),
  ),
  metric: fc.oneof(tie("series"), tie("scalar")),
}));

export const queries: fc.Arbitrary<LogqlQuery> = fc.oneof(logs, metric);
