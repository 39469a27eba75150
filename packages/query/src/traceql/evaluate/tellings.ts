import { printField } from "../print.ts";
import type { Comparison, Field, FieldExpression, Scalar, Spanset, Stage } from "../tree.ts";
import { spanTest, type SpanTest } from "./expression.ts";

/** Whether a search tells of a span what it has in a field: always, or where a test holds. */
export type Tellings = (field: Field) => "always" | SpanTest;

/**
 * As Tempo has it, what was compared is told of the spans for which a comparison holds, and attributes of one scope share their
 * comparisons: of `{ span.a = 1 || span.b = 2 }` a span with a = 1 and b = 3 tells a alone, and one with a = 2 and b = 2 tells both.
 * What is selected, or asked about in any other way, is told of all.
 */
export function createTellings(stages: readonly Stage[]): Tellings {
  const walk = new Walk();
  for (const stage of stages) walk.stage(stage);
  return (field) => {
    const key = printField(field);
    const companies = [...new Set([key, companyOf(field)])];
    const comparisons = companies.flatMap((company) => walk.comparisons.get(company) ?? []);
    if (walk.relates && isOfTree(field)) return "always";
    if (walk.always.has(key) || comparisons.length === 0) return "always";
    const tests = comparisons.map((comparison) =>
      spanTest({ kind: "filter", condition: comparison(field) }),
    );
    return (span, trace) => tests.some((test) => test(span, trace));
  };
}

class Walk {
  readonly always = new Set<string>();
  /** Whether spans are related to others, which reads the numbers of the tree for all of them. */
  relates = false;
  readonly comparisons = new Map<string, ((field: Field) => Comparison)[]>();

  stage(stage: Stage): void {
    switch (stage.kind) {
      case "scalar-filter":
        this.#scalar(stage.left);
        return this.#scalar(stage.right);
      case "group":
        return this.#condition(stage.by);
      case "coalesce":
        return;
      case "select":
        for (const field of stage.fields) this.always.add(printField(field));
        return;
      default:
        return this.#spanset(stage);
    }
  }

  #spanset(spanset: Spanset): void {
    switch (spanset.kind) {
      case "filter":
        if (spanset.condition !== null) this.#condition(spanset.condition);
        return;
      case "spanset-and":
      case "spanset-or":
        for (const operand of spanset.operands) this.#spanset(operand);
        return;
      case "related":
        this.relates = true;
        this.#spanset(spanset.left);
        return this.#spanset(spanset.right);
      case "wrapped":
        for (const stage of spanset.stages) this.stage(stage);
    }
  }

  #scalar(scalar: Scalar): void {
    if (scalar.kind === "aggregate" && scalar.field !== null) this.#whole(scalar.field);
    if (scalar.kind !== "scalar-arithmetic") return;
    this.#scalar(scalar.left);
    this.#scalar(scalar.right);
  }

  #condition(condition: FieldExpression): void {
    if (condition.kind === "and" || condition.kind === "or")
      for (const operand of condition.operands) this.#condition(operand);
    else if (condition.kind === "comparison") this.#comparison(condition);
    else this.#whole(condition);
  }

  #comparison(comparison: Comparison): void {
    const { left, right } = comparison;
    if (isField(left) && right.kind === "literal")
      return this.#compared(left, comparison, (field) => ({ ...comparison, left: field }));
    if (isField(right) && left.kind === "literal")
      return this.#compared(right, comparison, (field) => ({ ...comparison, right: field }));
    this.#whole(left);
    return this.#whole(right);
  }

  #compared(
    field: Field,
    { left, operator, right }: Comparison,
    comparison: (field: Field) => Comparison,
  ): void {
    // What one lacks says nothing of the others; that one is there lets the others tell whatever they have.
    const isAlone = operator === "=" && (isNil(left) || isNil(right));
    const company = isAlone ? printField(field) : companyOf(field);
    const known = this.comparisons.get(company);
    if (known === undefined) this.comparisons.set(company, [comparison]);
    else known.push(comparison);
  }

  /** Every field in it. */
  #whole(expression: FieldExpression): void {
    switch (expression.kind) {
      case "attribute":
      case "intrinsic":
        this.always.add(printField(expression));
        return;
      case "literal":
        return;
      case "not":
      case "negative":
        return this.#whole(expression.operand);
      case "and":
      case "or":
        for (const operand of expression.operands) this.#whole(operand);
        return;
      case "comparison":
      case "arithmetic":
        this.#whole(expression.left);
        this.#whole(expression.right);
    }
  }
}

/** Whose comparisons count for a field: those of its scope, but for what Tempo keeps in a column of its own. */
function companyOf(field: Field): string {
  const isAlone =
    field.kind === "intrinsic" || OWN_COLUMNS.has(field.name) || field.scope === "any";
  return isAlone ? printField(field) : field.scope;
}

const OWN_COLUMNS = new Set(["service.name", "http.status_code", "http.method", "http.url"]);

function isOfTree({ kind, name }: Field): boolean {
  return kind === "intrinsic" && name.startsWith("nestedSet");
}

function isNil(expression: FieldExpression): boolean {
  return expression.kind === "literal" && expression.type === "nil";
}

function isField(expression: FieldExpression): expression is Field {
  return expression.kind === "attribute" || expression.kind === "intrinsic";
}
