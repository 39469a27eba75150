import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bytesMayHoldSecret, mayHoldSecret } from "../../src/secret-look.ts";
import { secretShapes } from "../../src/secrets.ts";

const vectors = new URL("../../../../contract/vectors/secrets.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(vectors, "utf8")) as {
  readonly cases: readonly {
    readonly name: string;
    readonly input: { readonly pieces: readonly string[] };
    readonly expected: { readonly found: readonly string[] };
  }[];
};

function look(text: string, before = ""): boolean {
  const bytes = Buffer.from(
    before + text + "\0\0\0\0sk-ant-api03-beyond-the-end-of-what-is-looked-at",
  );
  const start = Buffer.byteLength(before);
  return bytesMayHoldSecret(bytes, start, start + Buffer.byteLength(text));
}

/** By the patterns alone: `secretsIn` takes the quick look itself. */
function holdsSecret(text: string): boolean {
  return secretShapes.some(({ pattern }) => text.search(pattern) !== -1);
}

describe("the quick look", () => {
  test.each(secretShapes)("never overlooks what $name finds, wherever it stands", ({ pattern }) => {
    const secret = fc.stringMatching(new RegExp(pattern.source.replaceAll(/\(\)|\\b/g, "")));
    const around = fc.oneof(
      fc.constantFrom("", " ", '{"content":"', "ü"),
      fc.string({ maxLength: 9 }),
    );
    let found = 0;
    fc.assert(
      fc.property(around, secret, around, (before, middle, after) => {
        const text = before + middle + after;
        if (!holdsSecret(text)) return;
        found++;
        // At every alignment: it looks at every second pair of bytes, four bytes at a time.
        for (const shift of ["", "x", "xy", "xyz"]) expect(look(text, shift)).toBe(true);
        expect(mayHoldSecret(text)).toBe(true);
        // In a buffer that ends with it, and may end within a word.
        const exact = Uint8Array.from(Buffer.from(text));
        expect(bytesMayHoldSecret(exact, 0, exact.length)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(10);
  });

  test.each(cases.filter(({ expected }) => expected.found.length > 0))(
    "suspects $name",
    ({ input }) => {
      const text = input.pieces.join("");
      expect([look(text), mayHoldSecret(text)]).toEqual([true, true]);
    },
  );

  test.each([
    ["an id", "33878ff9-1467-43ef-a692-634a21bbb1bf"],
    ["a trace id", "4acca441dba8071e51177f7c82fe0d07"],
    ["a model", "claude-sonnet-4-6-20260301"],
    ["a path", "./chunk.ts ../packages/sdk/src/export/open-transport.ts"],
    ["an address", "https://shop.example.com:8443/orders/41000?page=2#top"],
    [
      "prose about secrets",
      "Your token is secret; the password and the API key are in the vault, ask Bearer.",
    ],
    [
      "code",
      "const maxTokens = request.max_tokens; export type Key = keyof Token; task-list, risk-free",
    ],
    [
      "a call",
      '{"max_tokens":4096,"token_type":"word","key":"name","tool_call_id":"call_Ab12Cd34Ef56Gh78"}',
    ],
    ["an image", Buffer.alloc(3_000, 7).toString("base64")],
    ["messages", JSON.stringify([{ role: "user", parts: [{ type: "text", content: "hi" }] }])],
    ["a long text", "The customer asked for a refund; the order was found. ".repeat(2_000)],
  ])("passes %s", (_, text) => expect([look(text), mayHoldSecret(text)]).toEqual([false, false]));

  test("finds the shortest secret there is, and one at the end of a long text", () => {
    expect(mayHoldSecret(["://", ":p@"].join(""))).toBe(true);
    expect(mayHoldSecret(`${"ü".repeat(60_000)} ${["pass", "word=hunter2"].join("")}`)).toBe(true);
  });
});
