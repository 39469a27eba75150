import { writeDuration } from "../text/quantities.ts";
import { writeString } from "../text/strings.ts";
import type {
  Compare,
  Field,
  FieldExpression,
  Filter,
  Literal,
  MetricsExpression,
  OverTime,
  Scalar,
  Search,
  SecondStage,
  Spanset,
  Stage,
  TraceqlQuery,
} from "./tree.ts";
import { MAX_INT, MIN_INT } from "./vocabulary.ts";

/** The query as text. Reading it again gives an equal tree. */
export function printTraceql({ body, hints }: TraceqlQuery): string {
  const said = hints.map(({ name, value }) => `${name}=${printLiteral(value)}`);
  return printBody(body) + (said.length > 0 ? ` with (${said.join(", ")})` : "");
}

function printBody(body: Search | MetricsExpression): string {
  switch (body.kind) {
    case "search":
      return printStages(body.stages);
    case "metrics":
      return `${printStages(body.stages)} | ${printMetric(body.metric)}${printAfter(body.after)}`;
    case "metrics-math": {
      const { left, operator, right, after } = body;
      const text = `(${printBody(left)}) ${operator} (${printBody(right)})`;
      return after.length === 0 ? text : `(${text})${printAfter(after)}`;
    }
  }
}

function printStages(stages: readonly Stage[]): string {
  return stages.map(printStage).join(" | ");
}

function printStage(stage: Stage): string {
  switch (stage.kind) {
    case "scalar-filter":
      return `${printScalar(stage.left)} ${stage.operator} ${printScalar(stage.right)}`;
    case "group":
      return `by(${printField(stage.by)})`;
    case "coalesce":
      return "coalesce()";
    case "select":
      return `select(${stage.fields.map(printField).join(", ")})`;
    default:
      return printSpanset(stage);
  }
}

/** What binds no tighter than its surroundings goes in parentheses. */
function printSpanset(spanset: Spanset, around = 0): string {
  switch (spanset.kind) {
    case "filter":
      return printFilter(spanset);
    case "spanset-and":
    case "spanset-or": {
      const operator = spanset.kind === "spanset-and" ? " && " : " || ";
      // Another run may stand first as it is: it was read first. Its own kind there would have joined it.
      const [first, ...rest] = spanset.operands;
      const joins = first === undefined || first.kind === spanset.kind;
      const parts = [
        ...(first === undefined ? [] : [printSpanset(first, joins ? 1 : 0)]),
        ...rest.map((operand) => printSpanset(operand, 1)),
      ];
      return bracket(parts.join(operator), around >= 1);
    }
    case "related": {
      const { left, relation, right } = spanset;
      const text = `${printSpanset(left, 1)} ${relation} ${printSpanset(right, 2)}`;
      return bracket(text, around >= 2);
    }
    case "wrapped":
      return `(${printStages(spanset.stages)})`;
  }
}

export function printFilter({ condition }: Filter): string {
  return condition === null ? "{ }" : `{ ${printField(condition)} }`;
}

const POWER: Readonly<Record<string, number>> = { "+": 3, "-": 3, "*": 5, "/": 5, "%": 5, "^": 6 };

/** The expression as text; `around` is the power of the operator it stands under. */
export function printField(expression: FieldExpression, around = 0): string {
  switch (expression.kind) {
    case "attribute":
      return printAttribute(expression);
    case "intrinsic":
      return expression.name;
    case "literal":
      return printLiteral(expression);
    case "not":
      return bracket(`!${printField(expression.operand, 4)}`, around >= 5);
    case "negative": {
      const { operand } = expression;
      // -1 would be read as one literal.
      const inside = printField(operand, 7);
      return operand.kind === "literal" ? `-(${inside})` : `-${inside}`;
    }
    case "and":
    case "or": {
      const [first, ...rest] = expression.operands;
      const joins = first === undefined || first.kind === expression.kind;
      const parts = [
        ...(first === undefined ? [] : [printField(first, joins ? 2 : 1)]),
        ...rest.map((operand) => printField(operand, 2)),
      ];
      return bracket(parts.join(expression.kind === "and" ? " && " : " || "), around >= 2);
    }
    case "comparison": {
      const { left, operator, right } = expression;
      return bracket(`${printField(left, 2)} ${operator} ${printField(right, 3)}`, around >= 3);
    }
    case "arithmetic": {
      const { left, operator, right } = expression;
      const power = POWER[operator] ?? 0;
      const [under, over] = operator === "^" ? [power + 1, power] : [power, power + 1];
      const text = `${printField(left, under)} ${operator} ${printField(right, over)}`;
      return bracket(text, around > power);
    }
  }
}

const PLAIN_NAME = /^[^\s{}()=~!<>&|^,"\\]+$/u;

function printAttribute({ scope, name }: Extract<Field, { kind: "attribute" }>): string {
  const plain = PLAIN_NAME.test(name) && !(scope === "any" && /^\d/.test(name));
  const written = plain ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
  return `${scope === "any" ? "" : scope}.${written}`;
}

function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case "string":
      return writeString(literal.value);
    case "int":
      if (literal.value === MIN_INT) return "minInt";
      return literal.value === MAX_INT ? "maxInt" : String(literal.value);
    case "float":
      return printFloat(literal.value);
    case "duration":
      return writeDuration(literal.value);
    case "bool":
    case "status":
    case "kind":
      return String(literal.value);
    case "nil":
      return "nil";
  }
}

function printFloat(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export function printScalar(scalar: Scalar, around = 0): string {
  switch (scalar.kind) {
    case "literal":
      return printLiteral(scalar);
    case "aggregate":
      return `${scalar.function}(${scalar.field === null ? "" : printField(scalar.field)})`;
    case "scalar-arithmetic": {
      const { left, operator, right } = scalar;
      const power = POWER[operator] ?? 0;
      const [under, over] = operator === "^" ? [power + 1, power] : [power, power + 1];
      const text = `${printScalar(left, under)} ${operator} ${printScalar(right, over)}`;
      return bracket(text, around > power);
    }
  }
}

function printMetric(metric: OverTime | Compare): string {
  if (metric.kind === "compare") {
    const { selection, top, within } = metric;
    const window = within === null ? "" : `, ${within.start}, ${within.end}`;
    return `compare(${printFilter(selection)}, ${top}${window})`;
  }
  const { by, field, quantiles } = metric;
  const parameters = [...(field === null ? [] : [printField(field)]), ...quantiles.map(printFloat)];
  const grouped = by.length === 0 ? "" : ` by (${by.map((key) => printField(key)).join(", ")})`;
  return `${metric.function}(${parameters.join(", ")})${grouped}`;
}

function printAfter(stages: readonly SecondStage[]): string {
  return stages
    .map((stage) =>
      stage.kind === "threshold"
        ? ` ${stage.operator} ${printLiteral(stage.value)}`
        : ` | ${stage.kind}(${stage.count})`,
    )
    .join("");
}

function bracket(text: string, needed: boolean): string {
  return needed ? `(${text})` : text;
}
