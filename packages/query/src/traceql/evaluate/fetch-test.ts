import type { Resource, Scope, SpanRecord } from "@throughline/core/record";
import type { Clause, Condition, SpanFetch } from "../plan/fetch.ts";
import { asksForRoot } from "../plan/reach.ts";
import type { FieldExpression, Filter } from "../tree.ts";
import { intrinsics } from "../vocabulary.ts";
import { spanTest } from "./expression.ts";

/**
 * Whether a span may be one that a plan is about, from the span alone: it is exact but for what only the whole trace knows,
 * which is taken to hold.
 */
export function fetchTest(fetches: readonly SpanFetch[]): (span: SpanRecord) => boolean {
  return anyOf(
    fetches.map(({ clauses, rest }) => {
      const tests = clauses.flatMap((clause) => clauseTest(clause, isKnownAlone));
      if (rest !== null && isKnownAlone(rest)) tests.push(spanTest(filterOf(rest)));
      return (span) => tests.every((test) => test(span));
    }),
  );
}

/** Whether spans of this origin may be: what the span itself must say is taken to hold. */
export function originTest(
  fetches: readonly SpanFetch[],
): (origin: { readonly resource: Resource; readonly scope: Scope }) => boolean {
  const test = anyOf(
    fetches.map(({ clauses }) => {
      const tests = clauses.flatMap((clause) => clauseTest(clause, isOfOrigin));
      return (span) => tests.every((test) => test(span));
    }),
  );
  return ({ resource, scope }) => test({ ...NO_SPAN, resource, scope });
}

type Test = (span: SpanRecord) => boolean;

function anyOf(tests: readonly Test[]): Test {
  return tests.length === 0 ? () => true : (span) => tests.some((test) => test(span));
}

/** None where one of the alternatives is not known. */
function clauseTest(clause: Clause, isKnown: (expression: FieldExpression) => boolean): Test[] {
  const parts = clause.flatMap(expressionsOf);
  if (!parts.every(isKnown)) return [];
  return [anyOf(parts.map((part) => spanTest(filterOf(part))))];
}

function expressionsOf({ field, operands, operator }: Condition): readonly FieldExpression[] {
  switch (operator) {
    case "exists":
      return [{ kind: "comparison", left: field, operator: "!=", right: NIL }];
    case "absent":
      return [{ kind: "comparison", left: field, operator: "=", right: NIL }];
    case "in":
      return operands.map((right) => ({ kind: "comparison", left: field, operator: "=", right }));
    default:
      return operands.map((right) => ({ kind: "comparison", left: field, operator, right }));
  }
}

const NIL = { kind: "literal", type: "nil" } as const;

function filterOf(condition: FieldExpression): Filter {
  return { kind: "filter", condition };
}

function isKnownAlone(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case "intrinsic":
      return intrinsics.get(expression.name)?.of !== "trace";
    case "comparison":
      return (
        asksForRoot(expression) || (isKnownAlone(expression.left) && isKnownAlone(expression.right))
      );
    default:
      return partsOf(expression).every(isKnownAlone);
  }
}

function isOfOrigin(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case "attribute":
      return expression.scope === "resource" || expression.scope === "instrumentation";
    case "intrinsic":
      return expression.name.startsWith("instrumentation:");
    default:
      return partsOf(expression).every(isOfOrigin);
  }
}

function partsOf(expression: FieldExpression): readonly FieldExpression[] {
  switch (expression.kind) {
    case "not":
    case "negative":
      return [expression.operand];
    case "and":
    case "or":
      return expression.operands;
    case "comparison":
    case "arithmetic":
      return [expression.left, expression.right];
    case "literal":
    case "attribute":
    case "intrinsic":
      return [];
  }
}

const NO_ATTRIBUTES = Object.freeze(Object.create(null));

const NO_SPAN: SpanRecord = {
  kind: "span",
  traceId: "",
  spanId: "",
  parentSpanId: "",
  parentIsRemote: undefined,
  name: "",
  spanKind: "unspecified",
  startNs: 0n,
  endNs: 0n,
  status: { code: "unset", message: "" },
  attributes: NO_ATTRIBUTES,
  events: [],
  links: [],
  resource: { attributes: NO_ATTRIBUTES },
  scope: { name: "", version: "", attributes: NO_ATTRIBUTES },
};
