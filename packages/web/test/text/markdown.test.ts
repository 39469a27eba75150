import * as fc from "fast-check";
import { expect, test } from "vitest";

import { readInline, readMarkdown } from "../../src/text/markdown.ts";

test("blocks as models write them", () => {
  const text = [
    "# Plan",
    "First *do* `this`,",
    "then **that**.",
    "",
    "- one",
    "  - two",
    "1. three",
    "",
    "> said",
    "",
    "```ts",
    "const a = '<b>';",
    "```",
    "",
    "| a | b |",
    "| - | - |",
    "| 1 | 2 |",
    "---",
  ].join("\n");
  expect(readMarkdown(text).map(({ kind }) => kind)).toEqual([
    "heading",
    "paragraph",
    "list",
    "quote",
    "code",
    "table",
    "rule",
  ]);
  expect(readInline("First *do* `this`, **that**.")).toEqual([
    { kind: "text", text: "First " },
    { kind: "em", text: "do" },
    { kind: "text", text: " " },
    { kind: "code", text: "this" },
    { kind: "text", text: ", " },
    { kind: "strong", text: "that" },
    { kind: "text", text: "." },
  ]);
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](//evil.example)",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
])("%s stays text", (text) => {
  const kinds = readInline(text).map(({ kind }) => kind);
  expect(kinds).not.toContain("link");
});

test("a link says where it really leads, and an image is never an address", () => {
  expect(readInline("[bank.example](https://evil.example/x)")).toEqual([
    { kind: "link", text: "bank.example", href: "https://evil.example/x", host: "evil.example" },
  ]);
  expect(readInline("![a](https://evil.example/pixel.png)")).toEqual([
    { kind: "image", text: "a https://evil.example/pixel.png" },
  ]);
});

const signs = "[]()!*_`#>-|~ \nab:/htps.1".split("");

test("whatever a model writes is read, and no link leads anywhere but to the web", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...signs) }), (text) => {
      for (const block of readMarkdown(text)) {
        const parts = "text" in block && typeof block.text !== "string" ? block.text : [];
        for (const part of parts) if (part.kind === "link") expect(part.href).toMatch(/^https?:/);
      }
    }),
    { numRuns: 500 },
  );
});

test.each(["*", "`", "[", "](", "**a", "_", "- ", "> ", "|-|\n", "![", "#"])(
  "half a megabyte of %j takes no time",
  { timeout: 5_000 },
  (piece) => {
    const text = piece.repeat(500_000 / piece.length);
    expect(readMarkdown(text).length).toBeGreaterThan(0);
  },
);
