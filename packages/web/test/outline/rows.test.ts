import * as fc from "fast-check";
import { expect, test } from "vitest";

import { find, parseFind } from "../../src/outline/find.ts";
import { rowsOf, type View } from "../../src/outline/rows.ts";
import { sessionTree } from "@throughline/core/session";
import { log, roots, span } from "../support/records.ts";

const all: View = { hide: new Set(), level: null, depth: null, toggled: new Set(), only: null };

const session = [
  span({ id: 0, step: "turn", took: 100 }),
  span({ id: 1, under: 0, step: "llm", at: 1, name: "chat" }),
  span({ id: 2, under: 0, at: 2, name: "POST" }),
  span({ id: 3, under: 2, step: "tool", at: 3, name: "refund" }),
  log({ id: 4, under: 3, at: 4, severity: "debug" }),
  log({ id: 5, under: 3, at: 5, severity: "error", body: "out of money" }),
];
const shown = (view: Partial<View>) =>
  rowsOf(roots(...session), { ...all, ...view }).nodes.map(({ id }) => id);

test("what is hidden hands its children to the row above it", () => {
  const rows = rowsOf(roots(...session), { ...all, hide: new Set(["other"]) });
  expect(rows.nodes.map(({ id }) => id)).toEqual(["s0", "s1", "s3", "l4", "l5"]);
  expect(rows.depth).toEqual([0, 1, 1, 2, 2]);
  expect(rows.parent).toEqual([-1, 0, 0, 2, 2]);
});

test("log records below the level are left out", () => {
  expect(shown({ level: "warn" })).toEqual(["s0", "s1", "s2", "s3", "l5"]);
});

test("depth closes by rule, and what was toggled by hand is against the rule", () => {
  expect(shown({ depth: 1 })).toEqual(["s0", "s1", "s2"]);
  expect(shown({ depth: 1, toggled: new Set(["s2"]) })).toEqual(["s0", "s1", "s2", "s3"]);
  expect(shown({ toggled: new Set(["s2"]) })).toEqual(["s0", "s1", "s2"]);
});

test("every row knows its place among those of its parent", () => {
  const rows = rowsOf(roots(...session), all);
  const places = rows.nodes.map(({ id }, index) => [id, rows.place[index], rows.among[index]]);
  expect(places).toEqual([
    ["s0", 1, 1],
    ["s1", 1, 2],
    ["s2", 2, 2],
    ["s3", 1, 1],
    ["l4", 1, 2],
    ["l5", 2, 2],
  ]);
});

test.each([
  ["money", ["l5"]],
  ["MONEY out", ["l5"]],
  [`"out of money"`, ["l5"]],
  ["is:error", ["l5"]],
  ["kind:tool", ["s3"]],
  ["name:POST", ["s2"]],
  ["turn:0 -is:span", ["l4", "l5"]],
  ["ms>50", ["s0"]],
  ["level:debug", ["l4"]],
])("%s finds %j", (text, ids) => {
  const test = parseFind(text);
  const { nodes } = sessionTree(session);
  expect(test === null ? null : find(nodes, test).matches.map(({ id }) => id)).toEqual(ids);
});

test("only what matches is shown, with what stands above it", () => {
  const test = parseFind("money") ?? (() => false);
  const tree = sessionTree(session);
  const rows = rowsOf(tree.roots, { ...all, depth: 1, only: find(tree.nodes, test).withAbove });
  expect(rows.nodes.map(({ id }) => id)).toEqual(["s0", "s2", "s3", "l5"]);
});

test("nothing typed finds nothing, and whatever is typed is no error", () => {
  expect(parseFind("  ")).toBeNull();
  const { nodes } = sessionTree(session);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const test = parseFind(text);
      if (test !== null) find(nodes, test);
    }),
  );
});

test("a chain of 20,000 is laid out, and a value nested 100,000 deep is looked through", () => {
  const chain = Array.from({ length: 20_000 }, (_, id) =>
    span({ id, ...(id > 0 && { under: id - 1 }) }),
  );
  expect(rowsOf(roots(...chain), all).nodes).toHaveLength(20_000);
  let deep: { [key: string]: never } | string = "end";
  for (let level = 0; level < 100_000; level++) deep = { in: deep } as never;
  const test = parseFind("nowhere") ?? (() => true);
  const { nodes } = sessionTree([span({ id: 0, attributes: { deep } })]);
  expect(find(nodes, test).matches).toEqual([]);
});
