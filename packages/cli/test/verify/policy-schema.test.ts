import { readFileSync } from "node:fs";
import { readPolicy, ruleIds } from "@throughline/core/verify";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const schema = JSON.parse(
  readFileSync(new URL("../../throughline.verify.schema.json", import.meta.url), "utf8"),
) as object;
const accepts = new Ajv({ allErrors: true }).compile(schema);

const word = fc.constantFrom("violation", "off", "error", "", "C01", "C20", "C21", "default", "x*");
const value = fc.oneof(word, fc.constantFrom(1, null, true, [], {}));
const allowance = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.constantFrom("rule", "service", "scope", "name", "reason"), word),
  },
  { weight: 1, arbitrary: fc.oneof(value, fc.dictionary(word, value)) },
);
const file = fc.record(
  {
    $schema: fc.constant("./schema.json"),
    profile: fc.constantFrom("default", "ameide", "ours"),
    rules: fc.dictionary(
      fc.constantFrom(...ruleIds, "C00"),
      fc.constantFrom("off", "improvement", "on"),
    ),
    allow: fc.oneof(fc.array(allowance, { maxLength: 3 }), value),
    stray: fc.constant(1),
  },
  { requiredKeys: [] },
);

const good = fc.record(
  {
    profile: fc.constantFrom("default", "ameide"),
    rules: fc.dictionary(fc.constantFrom(...ruleIds), fc.constantFrom("off", "violation")),
    allow: fc.array(
      fc.record(
        { rule: fc.constantFrom(...ruleIds), name: word, reason: word },
        { requiredKeys: ["name"] },
      ),
    ),
  },
  { requiredKeys: [] },
);

test("the schema for editors takes what verify takes, and nothing else", () => {
  const seen = { good: 0, bad: 0 };
  fc.assert(
    fc.property(
      fc.oneof(
        { weight: 5, arbitrary: file },
        { weight: 4, arbitrary: good },
        { weight: 1, arbitrary: value },
      ),
      (json) => {
        const isGood = "policy" in readPolicy(json);
        seen[isGood ? "good" : "bad"]++;
        expect(accepts(json)).toBe(isGood);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(100);
});
