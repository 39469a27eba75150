import type { SpanRecord } from "@throughline/core/record";
import { goDuration } from "../../text/quantities.ts";
import { typeOf } from "../check.ts";
import { printField, printScalar } from "../print.ts";
import type { Aggregate, FieldExpression, Scalar, ScalarFilter, Spanset, Stage } from "../tree.ts";
import { expressionReader, spanTest, valueOf } from "./expression.ts";
import { relate } from "./structure.ts";
import type { Trace } from "./trace.ts";
import {
  arithmetic,
  asNumber,
  comparisonTest,
  labelValue,
  type LabelValue,
  type Value,
} from "./value.ts";

/** Spans of one trace that belong together, and what they were grouped by or counted to. */
export interface SpanSet {
  readonly spans: readonly SpanRecord[];
  readonly attributes: readonly (readonly [name: string, value: LabelValue])[];
}

/** From the spans of a trace to the sets that a pipeline leaves; none when the trace does not match. */
export type Pipeline = (trace: Trace) => readonly SpanSet[];

type Step = (sets: readonly SpanSet[], trace: Trace) => readonly SpanSet[];
type Selector = (spans: readonly SpanRecord[], trace: Trace) => readonly SpanRecord[];

export function createPipeline(stages: readonly Stage[]): Pipeline {
  const steps = stages.map(stepOf);
  return (trace) => {
    let sets: readonly SpanSet[] = [{ spans: trace.spans, attributes: [] }];
    for (const step of steps) sets = step(sets, trace);
    return sets;
  };
}

function stepOf(stage: Stage): Step {
  switch (stage.kind) {
    case "scalar-filter":
      return scalarStep(stage);
    case "group":
      return groupStep(stage.by);
    case "coalesce":
      return (sets, trace) =>
        sets.length === 0 ? [] : [{ spans: inOrder(sets, trace), attributes: [] }];
    case "select":
      return (sets) => sets;
    default: {
      const select = selectorOf(stage);
      return (sets, trace) =>
        sets.flatMap(({ attributes, spans }) => {
          const chosen = select(spans, trace);
          return chosen.length === 0 ? [] : [{ spans: chosen, attributes }];
        });
    }
  }
}

function selectorOf(spanset: Spanset): Selector {
  switch (spanset.kind) {
    case "filter": {
      const test = spanTest(spanset);
      return (spans, trace) => spans.filter((span) => test(span, trace));
    }
    case "spanset-and":
    case "spanset-or": {
      const selectors = spanset.operands.map(selectorOf);
      const needsAll = spanset.kind === "spanset-and";
      return (spans, trace) => {
        const found = new Set<SpanRecord>();
        for (const select of selectors) {
          const chosen = select(spans, trace);
          if (needsAll && chosen.length === 0) return [];
          for (const span of chosen) found.add(span);
        }
        return spans.filter((span) => found.has(span));
      };
    }
    case "related": {
      const { relation } = spanset;
      const [left, right] = [selectorOf(spanset.left), selectorOf(spanset.right)];
      return (spans, trace) => relate(relation, left(spans, trace), right(spans, trace), trace);
    }
    case "wrapped": {
      const steps = spanset.stages.map(stepOf);
      return (spans, trace) => {
        let sets: readonly SpanSet[] = [{ spans, attributes: [] }];
        for (const step of steps) sets = step(sets, trace);
        return inOrder(sets, trace);
      };
    }
  }
}

function inOrder(sets: readonly SpanSet[], trace: Trace): readonly SpanRecord[] {
  const found = new Set(sets.flatMap(({ spans }) => spans));
  return trace.spans.filter((span) => found.has(span));
}

function groupStep(by: FieldExpression): Step {
  const name = `by(${printField(by)})`;
  const read = expressionReader(by);
  // A field that is not there is `nil`; whatever is worked out of it counts as false.
  const absent = by.kind === "attribute" || by.kind === "intrinsic" ? undefined : false;
  return (sets, trace) =>
    sets.flatMap(({ attributes, spans }) => {
      const groups = new Map<LabelValue, SpanRecord[]>();
      for (const span of spans) {
        const value = labelValue(read(span, trace)) ?? absent;
        const group = groups.get(value);
        if (group === undefined) groups.set(value, [span]);
        else group.push(span);
      }
      return Array.from(groups, ([value, group]) => ({
        spans: group,
        attributes: attributes.concat([[name, value]]),
      }));
    });
}

function scalarStep({ left, operator, right }: ScalarFilter): Step {
  const test = comparisonTest(operator);
  const [one, other] = [scalarReader(left), scalarReader(right)];
  const shown = [...aggregatesOf(left), ...aggregatesOf(right)].map(
    (aggregate) => [printScalar(aggregate), shownReader(aggregate)] as const,
  );
  return (sets, trace) =>
    sets.flatMap(({ attributes, spans }) => {
      if (!test(one(spans, trace), other(spans, trace))) return [];
      const values = shown.map(([name, read]) => [name, labelValue(read(spans, trace))] as const);
      return [{ spans, attributes: [...attributes, ...values] }];
    });
}

/** Of durations, a duration. */
function shownReader(aggregate: Aggregate): ScalarReader {
  const read = aggregateReader(aggregate);
  const { field } = aggregate;
  if (field?.kind !== "intrinsic" || typeOf(field) !== "duration") return read;
  return (spans, trace) => {
    const value = read(spans, trace);
    return typeof value === "number" ? goDuration(value) : value;
  };
}

type ScalarReader = (spans: readonly SpanRecord[], trace: Trace) => Value;

function scalarReader(scalar: Scalar): ScalarReader {
  switch (scalar.kind) {
    case "literal": {
      const value = valueOf(scalar);
      return () => value;
    }
    case "aggregate":
      return aggregateReader(scalar);
    case "scalar-arithmetic": {
      const [left, right] = [scalarReader(scalar.left), scalarReader(scalar.right)];
      return (spans, trace) => {
        const [a, b] = [asNumber(left(spans, trace)), asNumber(right(spans, trace))];
        return a === undefined || b === undefined ? undefined : arithmetic(scalar.operator, a, b);
      };
    }
  }
}

function aggregateReader({ field, function: name }: Aggregate): ScalarReader {
  if (field === null) return (spans) => spans.length;
  const read = expressionReader(field);
  return (spans, trace) => {
    let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const span of spans) {
      const value = asNumber(read(span, trace));
      if (value === undefined) continue;
      count++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (count === 0) return undefined;
    switch (name) {
      case "count":
        return count;
      case "sum":
        return sum;
      case "avg":
        return sum / count;
      case "min":
        return min;
      case "max":
        return max;
    }
  };
}

function aggregatesOf(scalar: Scalar): readonly Aggregate[] {
  switch (scalar.kind) {
    case "aggregate":
      return [scalar];
    case "literal":
      return [];
    case "scalar-arithmetic":
      return [...aggregatesOf(scalar.left), ...aggregatesOf(scalar.right)];
  }
}
