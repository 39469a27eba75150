import * as fc from "fast-check";
import { expect, test } from "vitest";

import { type Place, readPlace, sessionPlace, tabs, writePlace } from "../../src/app/address.ts";
import { sorts } from "../../src/outline/rows.ts";

// Every client takes `.` and `..` out of a path, also as %2E.
const dots = fc.constantFrom(".", "..", "...", "%2E");
const text = fc.oneof(dots, fc.string({ minLength: 1, unit: "grapheme" }));
const session = fc
  .record({
    id: text,
    tab: fc.constantFrom(...tabs),
    item: fc.option(text),
    find: fc.string({ unit: "grapheme" }),
    only: fc.boolean(),
    level: fc.option(fc.constantFrom("warn", "error")),
    hide: fc.option(fc.constant([...sorts])),
    depth: fc.option(fc.integer({ min: 1, max: 40 })),
    range: fc.constantFrom([0, 1] as const, [0.25, 0.5] as const),
  })
  .map((place): Place => ({ view: "session", ...place }));
const compare = fc
  .record({ a: text, b: text })
  .map((sides): Place => ({ view: "compare", ...sides }));
const list = fc
  .dictionary(fc.constantFrom("since", "service", "grep", "errors", "sort"), text)
  .map((filters): Place => ({ view: "sessions", filters: { ...filters } }));

test("the address says all that is shown: reading what was written gives the same place", () => {
  fc.assert(
    fc.property(fc.oneof(session, compare, list), (place) => {
      const { pathname, search } = new URL(writePlace(place), "http://localhost");
      expect(readPlace(pathname, search)).toEqual(place);
    }),
  );
});

test("a plain session has a plain address", () => {
  expect(writePlace(sessionPlace("slack/C42"))).toBe("/sessions/slack%2FC42");
});

test("what makes no sense in an address is left out", () => {
  expect(readPlace("/sessions/a", "?tab=x&depth=-3&range=9-1&hide=llm+nonsense")).toEqual({
    ...sessionPlace("a"),
    hide: ["llm"],
  });
  expect(readPlace("/sessions/%E0%A4%A", "")).toEqual({ view: "sessions", filters: {} });
});
