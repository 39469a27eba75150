import { readdirSync } from "node:fs";

import { ruleBook, ruleIds } from "@throughline/core/verify";
import { expect, test } from "vitest";

test("every rule of the contract is there, in its order, with a file and cases of its own", () => {
  expect(ruleBook.map(({ id }) => id)).toEqual([...ruleIds]);
  const ids = ruleIds.map((id) => id.toLowerCase());
  const files = (folder: string): string[] =>
    readdirSync(new URL(folder, import.meta.url))
      .map((name) => name.slice(0, 3))
      .toSorted();
  expect(files("../../src/verify/rules/")).toEqual(ids);
  expect(files("./rules/")).toEqual(ids);
});

test("what is only advice is said as advice", () => {
  const advice = ruleBook.filter(({ level }) => level !== "violation").map(({ id }) => id);
  expect(advice).toEqual(["C18", "C19"]);
});
