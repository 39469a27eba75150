import type { SpanRecord } from "@throughline/core/record";
import { wholeRegex } from "../../regex/regex.ts";
import { typeOf } from "../check.ts";
import type { Comparison, FieldExpression, Filter, Literal } from "../tree.ts";
import { intrinsics } from "../vocabulary.ts";
import { fieldReader, type Reader } from "./field.ts";
import type { Trace } from "./trace.ts";
import {
  asNumber,
  calculate,
  comparisonTest,
  divide,
  isNil,
  isTrue,
  patternTest,
  type Value,
} from "./value.ts";

export type SpanTest = (span: SpanRecord, trace?: Trace) => boolean;

/** The test of a filter, made once and used for many spans. */
export function spanTest({ condition }: Filter): SpanTest {
  if (condition === null) return () => true;
  const read = expressionReader(condition);
  return (span, trace) => isTrue(read(span, trace));
}

export function expressionReader(expression: FieldExpression): Reader {
  switch (expression.kind) {
    case "literal": {
      const value = valueOf(expression);
      return () => value;
    }
    case "attribute":
    case "intrinsic":
      return fieldReader(expression);
    case "not": {
      const read = expressionReader(expression.operand);
      // Of what is not there, the contrary is not there either.
      return (span, trace) => {
        const value = read(span, trace);
        return value === undefined ? undefined : !isTrue(value);
      };
    }
    case "negative": {
      const read = expressionReader(expression.operand);
      return (span, trace) => {
        const number = asNumber(read(span, trace));
        return number === undefined ? undefined : -number;
      };
    }
    case "and": {
      const all = expression.operands.map(expressionReader);
      return (span, trace) => all.every((read) => isTrue(read(span, trace)));
    }
    case "or": {
      const any = expression.operands.map(expressionReader);
      return (span, trace) => any.some((read) => isTrue(read(span, trace)));
    }
    case "arithmetic": {
      const { operator } = expression;
      const [left, right] = [expressionReader(expression.left), expressionReader(expression.right)];
      if (operator === "/" && !isFraction(expression.left) && !isFraction(expression.right))
        return (span, trace) => divide(left(span, trace), right(span, trace));
      return (span, trace) => calculate(operator, left(span, trace), right(span, trace));
    }
    case "comparison":
      return comparisonReader(expression);
  }
}

function comparisonReader({ left, operator, right }: Comparison): Reader {
  const read = expressionReader(left);
  if (operator === "=~" || operator === "!~") {
    const pattern = right.kind === "literal" && right.type === "string" ? right.value : "";
    const matches = patternTest(wholeRegex(pattern), operator === "!~");
    return (span, trace) => matches(read(span, trace));
  }
  if (isNilLiteral(right)) return nilReader(left, operator);
  if (isNilLiteral(left)) return nilReader(right, operator);
  const other = expressionReader(right);
  // No attribute holds a status or a kind: the words are names of their own, not strings.
  if (isWordType(left) !== isWordType(right)) return () => false;
  const test = comparisonTest(operator);
  const [one, two] = [idReader(left, right) ?? read, idReader(right, left) ?? other];
  return (span, trace) => test(one(span, trace), two(span, trace));
}

/** A thing of events or links is absent where there are some and none has it. */
function nilReader(of: FieldExpression, operator: Comparison["operator"]): Reader {
  const read = expressionReader(of);
  if (operator !== "=") return (span, trace) => !isNil(read(span, trace));
  const isOfSeveral = of.kind === "attribute" && (of.scope === "event" || of.scope === "link");
  return (span, trace) => {
    const value = read(span, trace);
    return isNil(value) && (!isOfSeveral || value !== undefined);
  };
}

function isFraction(expression: FieldExpression): boolean {
  return expression.kind === "literal" && expression.type === "float";
}

function isNilLiteral(expression: FieldExpression): boolean {
  return expression.kind === "literal" && expression.type === "nil";
}

function isWordType(expression: FieldExpression): boolean {
  if (expression.kind === "literal")
    return expression.type === "status" || expression.type === "kind";
  if (expression.kind !== "intrinsic") return false;
  const type = typeOf(expression);
  return type === "status" || type === "kind";
}

const ID_LENGTHS = new Map([
  ["traceId", 32],
  ["linkTraceId", 32],
  ["spanId", 16],
  ["linkSpanId", 16],
]);

/** Tempo cuts leading zeros of the ids it shows, so an id in a query may lack them. */
function idReader(expression: FieldExpression, beside: FieldExpression): Reader | undefined {
  if (expression.kind !== "literal" || expression.type !== "string") return undefined;
  const field = beside.kind === "intrinsic" ? intrinsics.get(beside.name)?.field : undefined;
  const length = field === undefined ? undefined : ID_LENGTHS.get(field);
  if (length === undefined) return undefined;
  const id = expression.value.toLowerCase().padStart(length, "0");
  return () => id;
}

export function valueOf(literal: Literal): Value {
  return literal.type === "nil" ? undefined : literal.value;
}
