import { readFileSync } from "node:fs";
import { readPolicy } from "@throughline/core/verify";
import { expect, test } from "vitest";

import { command as inventory } from "../../src/commands/inventory.ts";
import { command as verify } from "../../src/commands/verify.ts";
import { formOfFile } from "../../src/verify/report/write.ts";

const page = readFileSync(new URL("../../../../docs/verify.md", import.meta.url), "utf8");
const helps = { verify: verify.help, inventory: inventory.help };

test.each(Object.entries(helps))("docs/verify.md says only what %s knows", (name, help) => {
  const lines = [...page.matchAll(new RegExp(`throughline ${name} ([^\\n\`]*)`, "g"))];
  expect(lines.length).toBeGreaterThanOrEqual(2);
  const flags = lines.flatMap(
    ([, said = ""]) => said.split(/(?:^| )-- /)[0]?.match(/--[a-z-]+/g) ?? [],
  );
  for (const flag of flags) expect(help).toContain(flag);
});

test("docs/verify.md shows every flag of its own", () => {
  const own = [
    "--fail-on",
    "--config",
    "--baseline",
    "--write-baseline",
    "--quiet",
    "--report",
    "--file",
    "--since",
  ];
  for (const flag of own) {
    expect(verify.help).toContain(flag);
    expect(page).toContain(flag);
  }
});

test("the policy on the page is one", () => {
  const [, json = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  expect(readPolicy(JSON.parse(json))).toMatchObject({
    policy: { levels: { C18: "off" }, allow: [{ service: "gateway" }, { rule: "C01" }] },
  });
});

test("the endings on the page are those of the forms", () => {
  const rows = [...page.matchAll(/^\| (\w+) +\| `(\.\w+)` +\|/gm)];
  expect(rows.map(([, form, ending]) => [form, formOfFile(`report${ending}`)])).toEqual(
    ["pretty", "json", "sarif", "junit", "markdown"].map((form) => [form, form]),
  );
});
