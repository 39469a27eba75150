import { faultAt } from "../text/places.ts";
import { RegexBudget, wholeRegex } from "../regex/regex.ts";
import { PartFault } from "../text/part-fault.ts";
import type {
  Comparison,
  Field,
  FieldExpression,
  MetricsExpression,
  Scalar,
  ScalarFilter,
  Stage,
  TraceqlQuery,
} from "./tree.ts";
import { type FieldType, intrinsics } from "./vocabulary.ts";

/** Types, ranges and patterns: whatever a query can get wrong beyond its grammar. */
export function checkTraceql(query: TraceqlQuery): void {
  const check = new Check();
  if (query.body.kind === "search") check.stages(query.body.stages);
  else check.metrics(query.body);
}

class Check {
  readonly #budget = new RegexBudget();

  stages(stages: readonly Stage[]): void {
    for (const stage of stages) this.#stage(stage);
  }

  #stage(stage: Stage): void {
    switch (stage.kind) {
      case "filter":
        if (stage.condition !== null) this.#isTruth(stage.condition);
        return;
      case "spanset-and":
      case "spanset-or":
        return this.stages(stage.operands);
      case "related":
        return this.stages([stage.left, stage.right]);
      case "wrapped":
        return this.stages(stage.stages);
      case "scalar-filter":
        return this.#scalarFilter(stage);
      case "group":
        this.#type(stage.by);
        return;
      case "coalesce":
      case "select":
        return;
    }
  }

  metrics(expression: MetricsExpression): void {
    for (const stage of expression.after) {
      if (stage.kind !== "threshold") {
        if (stage.count < 1) throw faultAt(stage, "invalid", `${stage.kind} needs at least 1`);
      } else if (!isNumeric(stage.value.type) || isPattern(stage.operator))
        throw faultAt(stage, "invalid", "a metric is compared with a number");
    }
    if (expression.kind === "metrics-math") {
      this.metrics(expression.left);
      this.metrics(expression.right);
      return;
    }
    this.stages(expression.stages);
    const { metric } = expression;
    if (metric.kind === "compare") {
      this.#stage(metric.selection);
      if (metric.top < 1) throw faultAt(metric, "invalid", "compare needs at least 1 value each");
      if (metric.within !== null && metric.within.end <= metric.within.start)
        throw faultAt(metric, "invalid", "the selection ends before it starts");
      return;
    }
    if (metric.field !== null) this.#isNumber(metric.field);
    if (metric.quantiles.some((quantile) => quantile < 0 || quantile > 1))
      throw faultAt(metric, "invalid", "a quantile lies between 0 and 1");
  }

  #scalarFilter(filter: ScalarFilter): void {
    const { left, operator, right } = filter;
    if (isPattern(operator))
      throw faultAt(filter, "invalid", "a number can't be matched with a regular expression");
    this.#scalar(left);
    this.#scalar(right);
    if (!hasAggregate(left) && !hasAggregate(right))
      throw faultAt(filter, "invalid", "one side must be count, sum, avg, min or max");
  }

  #scalar(scalar: Scalar): void {
    switch (scalar.kind) {
      case "literal":
        if (!isNumeric(scalar.type))
          throw faultAt(scalar, "invalid", `${a(scalar.type)} is no number`);
        return;
      case "aggregate":
        if (scalar.field !== null) this.#isNumber(scalar.field);
        return;
      case "scalar-arithmetic":
        this.#scalar(scalar.left);
        this.#scalar(scalar.right);
    }
  }

  #isNumber(expression: FieldExpression): FieldType {
    const type = this.#type(expression);
    if (!isNumeric(type) && type !== "attribute")
      throw faultAt(expression, "invalid", `this must be a number, not ${a(type)}`);
    return type;
  }

  #isTruth(expression: FieldExpression): void {
    const type = this.#type(expression);
    if (type !== "bool" && type !== "attribute")
      throw faultAt(expression, "invalid", `this must be true or false, not ${a(type)}`);
  }

  #type(expression: FieldExpression): FieldType {
    switch (expression.kind) {
      case "literal":
        return expression.type;
      case "attribute":
        return "attribute";
      case "intrinsic":
        return typeOf(expression);
      case "not":
        this.#isTruth(expression.operand);
        return "bool";
      case "negative":
        return this.#isNumber(expression.operand);
      case "and":
      case "or":
        for (const operand of expression.operands) this.#isTruth(operand);
        return "bool";
      case "arithmetic":
        return sumType(this.#isNumber(expression.left), this.#isNumber(expression.right));
      case "comparison":
        this.#comparison(expression);
        return "bool";
    }
  }

  #comparison(comparison: Comparison): void {
    const { left, operator, right } = comparison;
    const [one, other] = [this.#type(left), this.#type(right)];
    if (isPattern(operator)) return this.#pattern(comparison, one);
    const ordering = operator !== "=" && operator !== "!=";
    if (one === "nil" || other === "nil") {
      if (ordering) throw faultAt(comparison, "invalid", "nil is only equal or unequal");
      if (!isField(left) && !isField(right))
        throw faultAt(comparison, "invalid", "only a field can be nil");
      return;
    }
    if (ordering && (hasNoOrder(one) || hasNoOrder(other)))
      throw faultAt(comparison, "invalid", `${a(hasNoOrder(one) ? one : other)} has no order`);
    if (one !== other && one !== "attribute" && other !== "attribute")
      if (!isNumeric(one) || !isNumeric(other))
        throw faultAt(comparison, "invalid", `${a(one)} can't be compared with ${a(other)}`);
  }

  #pattern({ left, right }: Comparison, type: FieldType): void {
    if (type !== "string" && type !== "attribute")
      throw faultAt(left, "invalid", `${a(type)} can't be matched with a regular expression`);
    if (right.kind !== "literal")
      throw faultAt(right, "unsupported", "a regular expression must be written in the query");
    if (right.type !== "string")
      throw faultAt(right, "invalid", "a regular expression is written as a string");
    try {
      this.#budget.spend(right.value);
      wholeRegex(right.value);
    } catch (error) {
      if (!(error instanceof PartFault)) throw error;
      throw faultAt(right, error.kind, error.message);
    }
  }
}

export function typeOf(field: Field): FieldType {
  return field.kind === "attribute"
    ? "attribute"
    : (intrinsics.get(field.name)?.type ?? "attribute");
}

function isField(expression: FieldExpression): boolean {
  return expression.kind === "attribute" || expression.kind === "intrinsic";
}

function isNumeric(type: FieldType): boolean {
  return type === "int" || type === "float" || type === "duration";
}

function hasNoOrder(type: FieldType): boolean {
  return type === "bool" || type === "status" || type === "kind";
}

function isPattern(operator: string): boolean {
  return operator === "=~" || operator === "!~";
}

function sumType(one: FieldType, other: FieldType): FieldType {
  if (one === "duration" || other === "duration") return "duration";
  if (one === "attribute" || other === "attribute") return "attribute";
  return one === "float" || other === "float" ? "float" : "int";
}

function hasAggregate(scalar: Scalar): boolean {
  switch (scalar.kind) {
    case "aggregate":
      return true;
    case "literal":
      return false;
    case "scalar-arithmetic":
      return hasAggregate(scalar.left) || hasAggregate(scalar.right);
  }
}

function a(type: FieldType): string {
  if (type === "nil") return "nil";
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
