import type {
  Comparison,
  Field,
  FieldExpression,
  MetricsExpression,
  Scalar,
  Search,
  Stage,
} from "../tree.ts";
import { intrinsics } from "../vocabulary.ts";
import { printField } from "../print.ts";
import type { Unit } from "./plan.ts";

/** How far a query looks: at which fields, and beyond a span or not. */
export interface Reach {
  readonly fields: readonly Field[];
  readonly readsAll: boolean;
  readonly unit: Unit;
}

export function reachOf(body: Search | MetricsExpression): Reach {
  const walk = new Walk();
  walk.body(body);
  // Even a single filter of a search shows its trace.
  const unit = body.kind === "search" && walk.unit === "span" ? "candidates" : walk.unit;
  return { fields: [...walk.fields.values()], readsAll: walk.readsAll, unit };
}

const ORDER: readonly Unit[] = ["span", "candidates", "trace"];

class Walk {
  readonly fields = new Map<string, Field>();
  readsAll = false;
  unit: Unit = "span";

  body(body: Search | MetricsExpression): void {
    if (body.kind === "metrics-math") {
      this.body(body.left);
      this.body(body.right);
      return;
    }
    for (const stage of body.stages) this.#stage(stage);
    if (body.kind === "search") return;
    const { metric } = body;
    if (metric.kind === "compare") {
      this.#stage(metric.selection);
      this.readsAll = true;
      return;
    }
    if (metric.field !== null) this.#expression(metric.field);
    for (const field of metric.by) this.#expression(field);
  }

  #stage(stage: Stage): void {
    switch (stage.kind) {
      case "filter":
        if (stage.condition !== null) this.#expression(stage.condition);
        return;
      case "spanset-and":
      case "spanset-or":
        this.#needs("candidates");
        for (const operand of stage.operands) this.#stage(operand);
        return;
      case "related":
        this.#needs("trace");
        this.#stage(stage.left);
        this.#stage(stage.right);
        return;
      case "wrapped":
        this.#needs("candidates");
        for (const inner of stage.stages) this.#stage(inner);
        return;
      case "scalar-filter":
        this.#needs("candidates");
        this.#scalar(stage.left);
        this.#scalar(stage.right);
        return;
      case "group":
        this.#needs("candidates");
        return this.#expression(stage.by);
      case "coalesce":
        return this.#needs("candidates");
      case "select":
        for (const field of stage.fields) this.#expression(field);
    }
  }

  #scalar(scalar: Scalar): void {
    switch (scalar.kind) {
      case "literal":
        return;
      case "aggregate":
        if (scalar.field !== null) this.#expression(scalar.field);
        return;
      case "scalar-arithmetic":
        this.#scalar(scalar.left);
        this.#scalar(scalar.right);
    }
  }

  #expression(expression: FieldExpression): void {
    switch (expression.kind) {
      case "literal":
        return;
      case "attribute":
        return this.#field(expression);
      case "intrinsic":
        if (intrinsics.get(expression.name)?.of === "trace") this.#needs("trace");
        return this.#field(expression);
      case "not":
      case "negative":
        return this.#expression(expression.operand);
      case "and":
      case "or":
        for (const operand of expression.operands) this.#expression(operand);
        return;
      case "comparison":
        if (asksForRoot(expression)) return this.#field(PARENT);
        this.#expression(expression.left);
        this.#expression(expression.right);
        return;
      case "arithmetic":
        this.#expression(expression.left);
        this.#expression(expression.right);
    }
  }

  #field(field: Field): void {
    this.fields.set(printField(field), field);
  }

  #needs(unit: Unit): void {
    if (ORDER.indexOf(unit) > ORDER.indexOf(this.unit)) this.unit = unit;
  }
}

const PARENT: Field = { kind: "intrinsic", name: "nestedSetParent" };

/** `nestedSetParent < 0` is how Grafana asks for roots, and a span knows by itself whether it is one. */
export function asksForRoot({ left, operator, right }: Comparison): boolean {
  return (
    left.kind === "intrinsic" &&
    left.name === PARENT.name &&
    operator === "<" &&
    right.kind === "literal" &&
    right.type === "int" &&
    right.value === 0
  );
}
