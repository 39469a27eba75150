import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { renderAttributes } from "../../../../scripts/docs/attributes.ts";
import { keys } from "./keys.ts";

const page = renderAttributes();

test("docs/attributes.md is what keys.json says (npm run docs)", () => {
  const committed = new URL("../../../../docs/attributes.md", import.meta.url);
  expect(readFileSync(committed, "utf8")).toBe(page);
});

test("every name has one row in the operators' reference", () => {
  const reference = page.slice(0, page.indexOf("## In Loki"));
  const rows = [...reference.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name);
  expect(rows.toSorted()).toEqual(keys.map(({ name }) => name).toSorted());
});
