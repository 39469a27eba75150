import type { SQLInputValue } from "node:sqlite";
import type { DayFile } from "../read/day-file.ts";
import type { Pinned } from "./pins.ts";
import type { RowCondition } from "./narrowing.ts";

export const FALSE: RowCondition = { where: "0", values: [] };

/** SQLite takes some 32,000 parameters; what asks for more is not worth narrowing. */
const MOST = 1_000;

/** Null, nothing to say, passes all. */
export function anyOf(conditions: readonly (RowCondition | null)[]): RowCondition | null {
  return joined(conditions, "or");
}

function joined(
  conditions: readonly (RowCondition | null)[],
  operator: "and" | "or",
): RowCondition | null {
  const said = conditions.filter((condition) => condition !== null);
  if (said.length === 0 || (operator === "or" && said.length < conditions.length)) return null;
  const values = said.flatMap((condition) => condition.values);
  if (values.length > MOST) return null;
  return { where: said.map(({ where }) => `(${where})`).join(` ${operator} `), values };
}

export function allOf(conditions: readonly (RowCondition | null)[]): RowCondition | null {
  return joined(conditions, "and");
}

export function inRows(column: string, values: readonly SQLInputValue[]): RowCondition {
  return { where: `${column} in (${values.map(() => "?").join(", ")})`, values };
}

/** 0 stands for words that are not kept. */
export function byWord(file: DayFile, column: string, words: readonly string[]): RowCondition {
  const ids = words.flatMap((word) => {
    const row = file.get("select id from text where value = ?", word);
    return row === undefined ? [] : [Number(row["id"])];
  });
  return inRows(column, [0, ...ids]);
}

/** Ids as people write them, perhaps without leading zeros. */
export function byId(column: string, texts: readonly string[], bytes: number): RowCondition {
  const ids = texts
    .map((text) => text.toLowerCase().padStart(bytes * 2, "0"))
    .filter((text) => text.length === bytes * 2 && /^[0-9a-f]+$/.test(text));
  return inRows(
    column,
    ids.map((id) => Buffer.from(id, "hex")),
  );
}

/** Beyond the pinned clusters only what comes from an origin that names the session. */
export function withPins(
  pinned: Pinned | undefined,
  file: DayFile,
  cluster: number,
  condition: RowCondition | null,
): RowCondition | null {
  if (pinned === undefined || pinned.has(file, cluster)) return condition;
  const origins = pinned.origins(file);
  return allOf([origins.length === 0 ? FALSE : inRows("origin", origins), condition]);
}
