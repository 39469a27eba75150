import { alternatives } from "../../regex/regex.ts";
import type {
  Comparison,
  Field,
  FieldExpression,
  Filter,
  Literal,
  MetricsExpression,
  Search,
  Stage,
} from "../tree.ts";
import type { ComparisonOperator } from "../vocabulary.ts";
import { type Column, columnOf } from "./columns.ts";

/** A field compared with what the query says, as TraceQL compares; `in`: equal to one of the operands. */
export interface Condition {
  readonly field: Field;
  readonly column: Column | null;
  readonly operator: Exclude<ComparisonOperator, "="> | "in" | "exists" | "absent";
  readonly operands: readonly Literal[];
}

/** Holds when one of its conditions does. */
export type Clause = readonly Condition[];

/** Describes the spans that one filter keeps: all clauses hold, and then the rest. */
export interface SpanFetch {
  readonly clauses: readonly Clause[];
  /** What no clause says; null when the clauses say it all. */
  readonly rest: FieldExpression | null;
}

/** What spans the first stage of each pipeline can keep. */
export function fetchesOf(body: Search | MetricsExpression): readonly SpanFetch[] {
  if (body.kind === "metrics-math") return [...fetchesOf(body.left), ...fetchesOf(body.right)];
  const { stages } = body;
  // Filters that follow a filter directly narrow it down.
  const end = stages.findIndex(({ kind }) => kind !== "filter");
  const run = stages.slice(0, end === -1 ? stages.length : end).flatMap(filtersOf);
  return run.length > 0
    ? [fetchOf(run)]
    : stages
        .slice(0, 1)
        .flatMap(filtersOf)
        .map((filter) => fetchOf([filter]));
}

function filtersOf(stage: Stage): readonly Filter[] {
  switch (stage.kind) {
    case "filter":
      return [stage];
    case "spanset-and":
    case "spanset-or":
      return stage.operands.flatMap(filtersOf);
    case "related":
      return [...filtersOf(stage.left), ...filtersOf(stage.right)];
    case "wrapped":
      return stage.stages.slice(0, 1).flatMap(filtersOf);
    default:
      return [];
  }
}

function fetchOf(filters: readonly Filter[]): SpanFetch {
  const clauses: Clause[] = [];
  const rest: FieldExpression[] = [];
  for (const part of filters.flatMap(({ condition }) =>
    condition === null ? [] : conjuncts(condition),
  )) {
    const clause = clauseOf(part);
    if (clause === undefined) rest.push(part);
    else clauses.push(clause);
  }
  const [first = null] = rest;
  return { clauses, rest: rest.length > 1 ? { kind: "and", operands: rest } : first };
}

function conjuncts(expression: FieldExpression): readonly FieldExpression[] {
  return expression.kind === "and" ? expression.operands.flatMap(conjuncts) : [expression];
}

function clauseOf(expression: FieldExpression): Clause | undefined {
  const parts = expression.kind === "or" ? disjuncts(expression) : [expression];
  const conditions = parts.flatMap((part) => conditionOf(part) ?? []);
  return conditions.length === parts.length ? conditions : undefined;
}

function disjuncts(expression: FieldExpression): readonly FieldExpression[] {
  return expression.kind === "or" ? expression.operands.flatMap(disjuncts) : [expression];
}

const TRUE: Literal = { kind: "literal", type: "bool", value: true };
const FLIPPED: Readonly<Record<string, ComparisonOperator>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function conditionOf(expression: FieldExpression): Condition | undefined {
  if (expression.kind === "attribute") return condition(expression, "in", [TRUE]);
  if (expression.kind !== "comparison") return undefined;
  const { left, operator, right } = expression;
  if (isField(left) && right.kind === "literal") return compared(left, operator, right);
  if (isField(right) && left.kind === "literal")
    return compared(right, FLIPPED[operator] ?? operator, left);
  return undefined;
}

function compared(field: Field, operator: Comparison["operator"], literal: Literal): Condition {
  if (literal.type === "nil") return condition(field, operator === "=" ? "absent" : "exists", []);
  if (operator === "=") return condition(field, "in", [literal]);
  const words =
    operator === "=~" && literal.type === "string" ? alternatives(literal.value) : undefined;
  return words === undefined
    ? condition(field, operator, [literal])
    : condition(
        field,
        "in",
        words.map((value) => ({ kind: "literal", type: "string", value })),
      );
}

function condition(
  field: Field,
  operator: Condition["operator"],
  operands: readonly Literal[],
): Condition {
  return { field, column: columnOf(field) ?? null, operator, operands };
}

function isField(expression: FieldExpression): expression is Field {
  return expression.kind === "attribute" || expression.kind === "intrinsic";
}
