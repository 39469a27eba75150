import { attr, type Profile } from "@throughline/core";
import type {
  LabelCondition,
  LabelMatch,
  LogExpression,
  Matcher,
  Stage,
} from "@throughline/query/logql";
import type { Comparison, Field } from "@throughline/query/traceql";
import type { Alternative } from "./tempo.ts";
import { lineSessionFields, logSessionLabels, spanSessionKeys } from "./names.ts";

/** Queries as trees: what telemetry and people say only ever becomes a literal of them. */

export function spansOfSession(id: string, profile: Profile): readonly Alternative[] {
  const keys = spanSessionKeys(profile).map((name) => attribute("span", name));
  const fields = [...keys, attribute("resource", attr.sessionId)];
  return fields.map((field) => ({ condition: comparison(field, "=", id) }));
}

/** Spans that carry an id; one that starts like this where a prefix is given. Which id is told. */
export function spansWithSession(profile: Profile, prefix = ""): readonly Alternative[] {
  return spanSessionKeys(profile).map((name) => {
    const select = attribute("span", name);
    if (prefix !== "") return { condition: comparison(select, "=~", startingWith(prefix)), select };
    const right = { kind: "literal", type: "nil" } as const;
    return { condition: { kind: "comparison", operator: "!=", left: select, right }, select };
  });
}

export function spansLinkedTo(traceIds: readonly string[]): readonly Alternative[] {
  const target = { kind: "intrinsic", name: "link:traceID" } as const;
  // Tempo knows a link's target without the zeros it begins with: one trace in 16 would not be found under its whole id.
  const spellings = traceIds.flatMap((id) => [...new Set([id, id.replace(/^0+(?=.)/, "")])]);
  return spellings.map((id) => ({ condition: comparison(target, "=", id) }));
}

/** Both engines compare the whole value. */
function startingWith(prefix: string): string {
  return `${prefix.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}.*`;
}

export function attribute(scope: "span" | "resource", name: string): Field {
  return { kind: "attribute", scope, name };
}

export function comparison(left: Field, operator: "=" | "=~", value: string): Comparison {
  return {
    kind: "comparison",
    operator,
    left,
    right: { kind: "literal", type: "string", value },
  };
}

/** Lines whose structured metadata have the session. */
export function linesOfSession(
  id: string,
  selector: readonly Matcher[],
  profile: Profile,
): LogExpression {
  return lines(selector, [filter(either(logSessionLabels(profile), "=", id))]);
}

/** Lines that are JSON and say it themselves. The text of the id is looked for first: few lines are then parsed. */
export function jsonLinesOfSession(
  id: string,
  selector: readonly Matcher[],
  profile: Profile,
): LogExpression {
  const fields = lineSessionFields(profile);
  const extract = fields.map((field, index) => ({
    label: `in_line_${index}`,
    expression: `[${JSON.stringify(field)}]`,
  }));
  const named = extract.map(({ label }) => label);
  return lines(selector, [
    { kind: "line-filter", operator: "|=", values: [id] },
    { kind: "json", extract },
    filter(either(named, "=", id)),
  ]);
}

export function linesWithSession(
  selector: readonly Matcher[],
  profile: Profile,
  prefix = "",
): LogExpression {
  const labels = logSessionLabels(profile);
  const condition =
    prefix === "" ? either(labels, "!=", "") : either(labels, "=~", startingWith(prefix));
  return lines(selector, [filter(condition)]);
}

export function linesOfTraces(
  traceIds: readonly string[],
  selector: readonly Matcher[],
): LogExpression {
  // Hexadecimal digits only: nothing in them means anything in a regular expression.
  const matcher = { label: "trace_id", operator: "=~", value: traceIds.join("|") } as const;
  return lines(selector, [filter({ kind: "label-match", matcher })]);
}

export function lines(matchers: readonly Matcher[], stages: readonly Stage[]): LogExpression {
  return { kind: "log", matchers, stages };
}

function filter(condition: LabelCondition): Stage {
  return { kind: "label-filter", condition };
}

function either(
  labels: readonly string[],
  operator: "=" | "!=" | "=~",
  value: string,
): LabelCondition {
  const operands = labels.map((label): LabelMatch => ({
    kind: "label-match",
    matcher: { label, operator, value },
  }));
  const [only, ...others] = operands;
  return only !== undefined && others.length === 0 ? only : { kind: "or", operands };
}
