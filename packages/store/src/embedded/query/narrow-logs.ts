import { type LogClause, type LogFetch, streamOf, streamTest } from "@throughline/query/logql";
import type { DayFile } from "../read/day-file.ts";
import { hasOtherBody } from "./log-body.ts";
import { isSessionName, type Pin, type Pinned } from "./pins.ts";
import { allOf, anyOf, inRows, withPins } from "./row-conditions.ts";
import type { Narrowing, RowCondition } from "./narrowing.ts";

/** What can be said against a log record that is none of those that a LogQL plan is about. */
export function narrowLogs(fetch: readonly LogFetch[], pinned: Pinned | undefined): Narrowing {
  const selectors = fetch.map(({ matchers }) => streamTest(matchers));
  return {
    kind: "log",
    rows: (file, cluster) => withPins(pinned, file, cluster, conditionOf(fetch, file)),
    origin: (file, id) => {
      const stream = streamOf(file.origin(id).resource);
      return selectors.some((selects) => selects(stream));
    },
    values: [],
    needles: needlesOf(fetch),
    isExempt: hasOtherBody,
  };
}

/** Texts of a line filter. With several ranges each would need texts of its own. */
function needlesOf(fetch: readonly LogFetch[]): Narrowing["needles"] {
  const [only] = fetch;
  if (only === undefined || fetch.length > 1) return [];
  // What was no UTF-8 was read as U+FFFD, which does not stand in the bytes.
  const sure = only.contains.filter((texts) =>
    texts.every((text) => text !== "" && !text.includes("\uFFFD")),
  );
  return sure.map((texts) => texts.map((text) => Buffer.from(text, "utf8")));
}

/** The sessions of which every record that is asked for must be; undefined where there are others. */
export function pinsOfLogs(fetch: readonly LogFetch[]): readonly Pin[] | undefined {
  const pins = fetch.map(({ clauses }) => clauses.map(pinsOf).find((found) => found !== undefined));
  const all = pins.filter((found) => found !== undefined);
  return all.length === fetch.length && all.length > 0 ? all.flat() : undefined;
}

function pinsOf(clause: LogClause): readonly Pin[] | undefined {
  const pins = clause.map((condition): Pin[] | undefined =>
    condition.column === "session" &&
    condition.operator === "in" &&
    condition.values.every(isSessionName)
      ? condition.values.map((id) => ({ by: "session", id }))
      : undefined,
  );
  const all = pins.filter((found) => found !== undefined);
  return all.length === clause.length ? all.flat() : undefined;
}

function conditionOf(fetch: readonly LogFetch[], file: DayFile): RowCondition | null {
  return anyOf(
    fetch.map(({ clauses }) =>
      allOf(
        clauses.map((clause) =>
          anyOf(
            clause.map((condition) =>
              condition.operator === "in" ? rowsOf(condition.column, condition.values, file) : null,
            ),
          ),
        ),
      ),
    ),
  );
}

/** A label may come from an attribute of its name where the record itself says nothing. */
function rowsOf(
  column: LogClause[number]["column"],
  values: readonly string[],
  file: DayFile,
): RowCondition | null {
  if (values.includes("")) return null;
  switch (column) {
    case "traceId": {
      const rows = values.flatMap((id) => {
        const row = /^[0-9a-f]{32}$/.test(id)
          ? file.get("select id from trace where trace_id = ?", Buffer.from(id, "hex"))
          : undefined;
        return row === undefined ? [] : [Number(row["id"])];
      });
      return anyOf([inRows("trace", rows), { where: "trace is null", values: [] }]);
    }
    case "spanId": {
      const ids = values.filter((id) => /^[0-9a-f]{16}$/.test(id));
      return anyOf([
        inRows(
          "span_id",
          ids.map((id) => Buffer.from(id, "hex")),
        ),
        { where: "span_id is null", values: [] },
      ]);
    }
    default:
      return null;
  }
}
