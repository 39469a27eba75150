import type { PlainValue } from "@throughline/core/record";
import type { ArithmeticOperator, ComparisonOperator } from "../vocabulary.ts";

/** What an expression is worth on one span; undefined is `nil`. Durations are nanoseconds. */
export type Value = Exclude<PlainValue, null> | Several | undefined;

/** A value that spans can be grouped by. */
export type LabelValue = string | number | bigint | boolean | undefined;

/** A field of the span's events or links: it holds for the span when it holds for one of them. */
export class Several {
  readonly values: readonly Value[];

  constructor(values: readonly Value[]) {
    this.values = values;
  }
}

type Test = (left: Value, right: Value) => boolean;

/**
 * Values of different kinds, and `nil`, compare as false under every operator, `!=` too. An array attribute equals what one
 * of its elements equals, and is unequal where none is.
 */
export function comparisonTest(operator: ComparisonOperator): Test {
  const outcome = OUTCOMES[operator] ?? (() => false);
  const every = operator === "!=";
  const test: Test = (left, right) => {
    if (left instanceof Several) return left.values.some((value) => test(value, right));
    if (right instanceof Several) return right.values.some((value) => test(left, value));
    if (isArray(left))
      return every
        ? left.every((element) => test(element ?? undefined, right))
        : left.some((element) => test(element ?? undefined, right));
    if (isArray(right))
      return every
        ? right.every((element) => test(left, element ?? undefined))
        : right.some((element) => test(left, element ?? undefined));
    const order = orderOf(left, right);
    return order !== undefined && outcome(order);
  };
  return test;
}

/** `=~` and `!~` are not among them: a pattern is no value. */
const OUTCOMES: { readonly [operator in ComparisonOperator]?: (order: number) => boolean } = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Undefined where the two can't be compared: of different kinds, `nil`, not a number. */
function orderOf(left: Value, right: Value): number | undefined {
  if (isNumeric(left)) return isNumeric(right) ? numericOrder(left, right) : undefined;
  if (typeof left === "string" && typeof right === "string")
    return left === right ? 0 : left < right ? -1 : 1;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return undefined;
}

/** A bigint and a number are compared as they are, without rounding either. */
function numericOrder(left: Numeric, right: Numeric): number | undefined {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? undefined : 0;
}

/** Of an array, some element must match; with `!~`, none may. */
export function patternTest(
  matches: (text: string) => boolean,
  negated: boolean,
): (value: Value) => boolean {
  const test = (value: Value): boolean => {
    if (value instanceof Several) return value.values.some(test);
    if (isArray(value)) {
      const texts = value.filter((element) => typeof element === "string");
      return texts.length > 0 && texts.some(matches) !== negated;
    }
    return typeof value === "string" && matches(value) !== negated;
  };
  return test;
}

export function isTrue(value: Value): boolean {
  return value === true || (value instanceof Several && value.values.some(isTrue));
}

export function isNil(value: Value): boolean {
  return value === undefined || (value instanceof Several && value.values.every(isNil));
}

export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  return calculated(left, right, (a, b) => arithmetic(operator, a, b));
}

/** Whole numbers divide to whole numbers, as in Tempo; a record does not tell 2.0 from 2. */
export function divide(left: Value, right: Value): Value {
  return calculated(left, right, (a, b) =>
    Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b,
  );
}

function calculated(
  left: Value,
  right: Value,
  calculation: (a: number, b: number) => number,
): Value {
  if (left instanceof Several)
    return new Several(left.values.map((value) => calculated(value, right, calculation)));
  if (right instanceof Several)
    return new Several(right.values.map((value) => calculated(left, value, calculation)));
  const [a, b] = [asNumber(left), asNumber(right)];
  return a === undefined || b === undefined ? undefined : calculation(a, b);
}

export function arithmetic(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return a ** b;
  }
}

/** Of several values the first number. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Several)
    for (const each of value.values) {
      const number = asNumber(each);
      if (number !== undefined) return number;
    }
  return undefined;
}

/** Of several values the first stands for all; arrays and maps by their text. */
export function labelValue(value: Value): LabelValue {
  const single = value instanceof Several ? value.values[0] : value;
  return typeof single === "object" ? JSON.stringify(single, bigintText) : single;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

type Numeric = number | bigint;

function isNumeric(value: Value): value is Numeric {
  return typeof value === "number" || typeof value === "bigint";
}

function isArray(value: Value): value is readonly PlainValue[] {
  return Array.isArray(value);
}
