import { printField } from "../print.ts";
import type { Comparison, Field, FieldExpression, Scalar, Spanset, Stage } from "../tree.ts";
import { spanTest, type SpanTest } from "./expression.ts";

/** Whether a search tells of a span what it has in this field. */
export type Tellings = (field: Field) => SpanTest;

/**
 * As Tempo has it, what was compared is told of the spans for which the comparison holds: of `{ a = 1 || b = 2 }` a span with a = 1
 * and b = 3 tells a alone. What is selected, or asked about in any other way, is told of all.
 */
export function createTellings(stages: readonly Stage[]): Tellings {
  const walk = new Walk();
  for (const stage of stages) walk.stage(stage);
  return (field) => {
    const key = printField(field);
    const tests = walk.tests.get(key) ?? [];
    if (walk.always.has(key) || tests.length === 0) return () => true;
    return (span, trace) => tests.some((test) => test(span, trace));
  };
}

class Walk {
  readonly always = new Set<string>();
  readonly tests = new Map<string, SpanTest[]>();

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
    const field = comparedField(comparison);
    if (field === undefined) {
      this.#whole(comparison.left);
      return this.#whole(comparison.right);
    }
    const key = printField(field);
    const tests = this.tests.get(key) ?? [];
    this.tests.set(key, tests);
    tests.push(spanTest({ kind: "filter", condition: comparison }));
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

/** Where a field stands beside a literal. */
function comparedField({ left, right }: Comparison): Field | undefined {
  const [one, other] = left.kind === "literal" ? [right, left] : [left, right];
  if (other.kind !== "literal") return undefined;
  return one.kind === "attribute" || one.kind === "intrinsic" ? one : undefined;
}
