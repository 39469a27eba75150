import { QueryError } from "@throughline/query";
import { parseLogql, printLogql } from "@throughline/query/logql";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { queries } from "./trees.ts";

test("any tree, printed and read again, is the same tree", () => {
  fc.assert(
    fc.property(queries, (query) => {
      expect(parseLogql(printLogql(query))).toEqual(query);
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
      expect(frozen(parseLogql(printLogql(query)))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

const scraps = fc.constantFrom(
  ...'{ } ( ) [ ] | , = != =~ !~ |= |~ |> < > >= == + - * / ^ % " ` by without on ignoring bool and or unless offset'.split(
    " ",
  ),
  ..."json logfmt regexp pattern unpack line_format label_format drop keep unwrap sum topk rate count_over_time vector".split(
    " ",
  ),
  " ",
  "\n",
  "a",
  '"x"',
  "5",
  "5m",
  "5MB",
  '{a="b"}',
  "[5m]",
  "--strict",
  "#",
  "{{.a}}",
  '"{{"',
);

test("random text is answered with a query or a fault that has a place", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(scraps, { maxLength: 25 }).map((parts) => parts.join("")),
        fc.array(scraps, { maxLength: 25 }).map((parts) => parts.join(" ")),
        fc.array(scraps, { maxLength: 15 }).map((parts) => `{a="b"} ${parts.join(" ")}`),
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }).map((text) => `{a="b"} | line_format \`${text}\``),
      ),
      (text) => {
        try {
          const tree = parseLogql(text);
          expect(parseLogql(printLogql(tree))).toEqual(tree);
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
