import { readFileSync } from "node:fs";

import plugin, { recommended, rules } from "@throughline/lint";
import { Linter } from "eslint";
import { describe, expect, test } from "vitest";

import { eslint } from "./support/engines.ts";

const page = readFileSync(new URL("../../../docs/lint.md", import.meta.url), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text]),
);

describe.each(Object.entries(rules))("%s", (name, { meta }) => {
  const section = sections.get(name) ?? "";

  test("is documented in its own words", () => {
    const { description, why, fix } = meta.docs;
    expect(section).toContain(`\n\n${description}\n\nWhy: ${why}\n\nFix: ${fix}\n`);
    expect(meta.docs.url).toContain(`docs/lint.md#${name}`);
  });

  test("the table says how it helps", () => {
    const row = page.split("\n").find((line) => line.startsWith(`| [${name}](#${name})`)) ?? "";
    const helps = meta.fixable ? "fixes" : meta.hasSuggestions ? "suggests" : "";
    expect(row.split("|")[2]?.trim()).toBe(helps);
  });

  test("reports the first example, and not the second", () => {
    const examples = [...section.matchAll(/^```ts (reported|silent)\n([\s\S]*?)^```$/gm)];
    expect(examples.map(([, says]) => says)).toEqual(["reported", "silent"]);
    for (const [, says, code = ""] of examples) {
      const reported = eslint("example.ts", code).map(({ rule }) => rule);
      expect(reported).toEqual(says === "reported" ? [`throughline/${name}`] : []);
    }
  });

  test("is recommended", () => {
    expect(recommended[`throughline/${name}`]).toBe("error");
  });
});

test("the recommended configuration is all that ESLint needs", () => {
  const code = "tracer.startSpan(`chat ${sessionId}`);";
  const messages = new Linter().verify(code, [plugin.configs.recommended]);
  expect(messages.map(({ ruleId }) => ruleId)).toEqual(["throughline/no-identity-in-span-name"]);
});
