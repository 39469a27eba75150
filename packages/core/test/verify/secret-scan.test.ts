import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { secretShapes, secretsIn } from "../../src/secrets.ts";
import { mayHoldSecret } from "../../src/verify/secret-scan.ts";

const around = fc.oneof(
  fc.constantFrom("", " ", "see: ", '{"content":"', "the key is\n", "ü"),
  fc.string({ maxLength: 12 }),
);

describe("the quick look that spares innocent texts the secret shapes", () => {
  test.each(secretShapes)("never overlooks what $name finds", ({ pattern }) => {
    const secret = fc.stringMatching(new RegExp(pattern.source.replaceAll(/\(\)|\\b/g, "")));
    let found = 0;
    fc.assert(
      fc.property(around, secret, around, (before, middle, after) => {
        const text = before + middle + after;
        if (secretsIn(text).length === 0) return;
        found++;
        expect(mayHoldSecret(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(10);
  });

  test.each([
    ["an id", "33878ff9-1467-43ef-a692-634a21bbb1bf"],
    ["a trace id", "4acca441dba8071e51177f7c82fe0d07"],
    ["a step", "tool.execution"],
    ["a model", "claude-sonnet-4-6"],
    ["prose", "The customer asked for a refund; the order was found. ".repeat(40)],
    ["messages", JSON.stringify([{ role: "user", parts: [{ type: "text", content: "hi" }] }])],
  ])("passes %s", (_, text) => {
    expect(mayHoldSecret(text)).toBe(false);
  });
});
