import { parseSessionId } from "@throughline/core";
import { readSessionSegment, writeSessionSegment } from "@throughline/core/session";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const dots = fc.constantFrom(".", "..", "...", "%2e", "%7F.");
const id = fc
  .oneof(dots, fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }))
  .filter((text) => parseSessionId(text, "carrier").id === text);

test("every session id goes through a URL's path and comes back", () => {
  fc.assert(
    fc.property(id, (text) => {
      const { pathname } = new URL(`/run/${writeSessionSegment(text)}/v1`, "http://localhost");
      const [, run, segment = "", version, ...rest] = pathname.split("/");
      expect([run, version, rest]).toEqual(["run", "v1", []]);
      expect(readSessionSegment(segment)).toBe(text);
    }),
  );
});

test("what is no id is written too, and broken percent-encoding is told", () => {
  expect(writeSessionSegment("\ud800")).toBe("%EF%BF%BD");
  expect(readSessionSegment("%E0%A4%A")).toBeUndefined();
});
