import { QueryError } from "@throughline/query";
import { parseTraceql, printTraceql } from "@throughline/query/traceql";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { queries } from "./trees.ts";

test("any tree, printed and read again, is the same tree", () => {
  fc.assert(
    fc.property(queries, (query) => {
      expect(parseTraceql(printTraceql(query))).toEqual(query);
    }),
    { numRuns: 500 },
  );
});

test("a tree is frozen through and through", () => {
  const frozen = (node: object): boolean =>
    Object.isFrozen(node) &&
    Object.values(node).every(
      (child) => typeof child !== "object" || child === null || frozen(child),
    );
  fc.assert(
    fc.property(queries, (query) => {
      expect(frozen(parseTraceql(printTraceql(query)))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

const scraps = fc.constantFrom(
  ...'{ } ( ) | && || ! != = =~ > >> &>> !< ~ + - * / ^ , . " ` by ( with count() rate() select topk nil true error'.split(
    " ",
  ),
  " ",
  "\n",
  "span.",
  ".a",
  "name",
  "duration",
  "1",
  "1.5",
  "5s",
  '"x"',
  "parent.",
  "trace:",
  "quantile_over_time(",
);

test("random text is answered with a query or a fault that has a place", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(scraps, { maxLength: 25 }).map((parts) => parts.join("")),
        fc.array(scraps, { maxLength: 25 }).map((parts) => parts.join(" ")),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        try {
          const tree = parseTraceql(text);
          expect(parseTraceql(printTraceql(tree))).toEqual(tree);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.fault.line).toBeGreaterThan(0);
          expect(error.fault.column).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
