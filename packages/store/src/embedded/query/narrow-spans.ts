import type { SQLInputValue } from "node:sqlite";
import {
  type Attribute,
  type Clause,
  type Condition,
  originTest,
  type SpanFetch,
} from "@throughline/query/traceql";
import type { DayFile } from "../read/day-file.ts";
import { isSessionName, type Pin, type Pinned } from "./pins.ts";
import { type Narrowing, never, type RowCondition } from "./narrowing.ts";
import { allOf, anyOf, byId, byWord, FALSE, inRows, withPins } from "./row-conditions.ts";

/** What can be said against a span that is none of those that a TraceQL plan is about. */
export function narrowSpans(fetch: readonly SpanFetch[], pinned: Pinned | undefined): Narrowing {
  const origin = originTest(fetch);
  return {
    kind: "span",
    rows: (file, cluster) => withPins(pinned, file, cluster, conditionOf(fetch, file)),
    origin: (file, id) => origin(file.origin(id)),
    values: textsIn(fetch, valuesIn),
    needles: textsIn(fetch, needlesIn),
    isExempt: never,
  };
}

/** The sessions and traces of which every span that is asked for must be; undefined where there are others. */
export function pinsOfSpans(fetch: readonly SpanFetch[]): readonly Pin[] | undefined {
  const pins = fetch.map(({ clauses }) => clauses.map(pinsOf).find((found) => found !== undefined));
  const all = pins.filter((found) => found !== undefined);
  return all.length === fetch.length && all.length > 0 ? all.flat() : undefined;
}

function pinsOf(clause: Clause): readonly Pin[] | undefined {
  const pins = clause.map(({ column, field, operands, operator }): Pin[] | undefined => {
    if (operator !== "in") return undefined;
    const texts = textsOf(operands);
    if (texts === undefined) return undefined;
    if (column === "session" && field.kind === "attribute" && texts.every(isSessionName))
      return texts.map((id) => ({ by: "session", id }));
    if (column !== "traceId") return undefined;
    return texts.flatMap((id) => traceIdOf(id) ?? []).map((id) => ({ by: "trace", id }));
  });
  const all = pins.filter((found) => found !== undefined);
  return all.length === clause.length ? all.flat() : undefined;
}

/** Tempo shows trace ids without their leading zeros. */
function traceIdOf(text: string): string | undefined {
  const id = text.toLowerCase().padStart(32, "0");
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

function conditionOf(fetch: readonly SpanFetch[], file: DayFile): RowCondition | null {
  return anyOf(fetch.map(({ clauses }) => allOf(clauses.map((clause) => clauseOf(clause, file)))));
}

function clauseOf(clause: Clause, file: DayFile): RowCondition | null {
  return anyOf(clause.map((condition) => rowsOf(condition, file)));
}

const STATUSES = ["unset", "ok", "error"];
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];

/** Null where the columns say nothing for sure: most of them are fed by several attributes. */
function rowsOf({ column, operands, operator }: Condition, file: DayFile): RowCondition | null {
  if (operator === "in") {
    const texts = textsOf(operands);
    if (texts === undefined) return null;
    switch (column) {
      case "name":
        return byWord(file, "name", texts);
      case "status":
        return byCode("status", operands, STATUSES);
      case "kind":
        return byCode("kind", operands, KINDS);
      case "spanId":
        return byId("span_id", texts, 8);
      case "traceId":
        return byTrace(file, texts);
      default:
        return null;
    }
  }
  const [only] = operands;
  if (column !== "duration" || (only?.type !== "duration" && only?.type !== "int")) return null;
  // Rows have whole microseconds, of start and end each.
  const micros = Number(only.value) / 1000;
  if (operator === ">" || operator === ">=")
    return { where: "duration >= ?", values: [Math.floor(micros) - 1] };
  if (operator === "<" || operator === "<=")
    return { where: "duration <= ?", values: [Math.ceil(micros) + 1] };
  return null;
}

function byTrace(file: DayFile, texts: readonly string[]): RowCondition {
  const rows = texts.flatMap((text): SQLInputValue[] => {
    const id = traceIdOf(text);
    if (id === undefined) return [];
    const row = file.get("select id from trace where trace_id = ?", Buffer.from(id, "hex"));
    return row === undefined ? [] : [Number(row["id"])];
  });
  return rows.length === 0 ? FALSE : inRows("trace", rows);
}

/** Words of their own: strings are equal to none of them. What is none of the known codes reads like 0. */
function byCode(
  column: "status" | "kind",
  operands: Condition["operands"],
  names: readonly string[],
): RowCondition | null {
  const codes = operands.flatMap((operand) =>
    operand.type === column ? names.indexOf(operand.value) : [],
  );
  return codes.includes(0) ? null : inRows(column, codes);
}

function textsOf(operands: Condition["operands"]): readonly string[] | undefined {
  const texts = operands.flatMap((operand) =>
    operand.type === "string" || operand.type === "status" || operand.type === "kind"
      ? [operand.value]
      : [],
  );
  return texts.length === operands.length ? texts : undefined;
}

/** With several alternatives each would need texts of its own; one is what people ask for. */
function textsIn(
  fetch: readonly SpanFetch[],
  read: (condition: Condition) => Buffer[] | undefined,
): readonly (readonly Buffer[])[] {
  const [only] = fetch;
  if (only === undefined || fetch.length > 1) return [];
  return only.clauses.flatMap((clause) => {
    const texts = clause.map(read);
    return texts.every((found) => found !== undefined) ? [texts.flat()] : [];
  });
}

/** Texts of which one must stand in a span's own bytes for the condition to hold. */
function needlesIn(condition: Condition): Buffer[] | undefined {
  const { field, operator } = condition;
  const values = valuesIn(condition);
  if (values !== undefined || field.kind === "intrinsic" || !isOwn(field)) return values;
  // A field that is unequal to something is there.
  return operator === "absent" ? undefined : nonEmpty([field.name]);
}

/** Texts of which one is a name or a value of the span, its events or its links, as a whole. */
function valuesIn({ field, operands, operator }: Condition): Buffer[] | undefined {
  if (operator !== "in" || !operands.every(({ type }) => type === "string")) return undefined;
  const isText =
    field.kind === "intrinsic" ? NAMES.has(field.name) : field.name !== "" && isOwn(field);
  return isText ? nonEmpty(textsOf(operands) ?? [""]) : undefined;
}

const NAMES = new Set(["name", "span:name", "event:name"]);

function isOwn({ scope }: Attribute): boolean {
  return scope === "span" || scope === "event" || scope === "link";
}

/** What was no UTF-8 was read as U+FFFD, which does not stand in the bytes. */
function nonEmpty(texts: readonly string[]): Buffer[] | undefined {
  return texts.some((text) => text === "" || text.includes("\uFFFD"))
    ? undefined
    : texts.map((text) => Buffer.from(text, "utf8"));
}
