import { type SessionRecord, sessionTree, type TreeNode } from "@throughline/core/session";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const trace = "0af7651916cd43dd8448eb211c80319c";
const hex = (n: number): string => (n + 1).toString(16).padStart(16, "0");
const ns = (ms: number): string => String(1_795_276_707_000_000_000n + BigInt(ms) * 1_000_000n);

interface Told {
  readonly id: number;
  readonly under?: number;
  readonly step?: string | null;
  readonly at?: number;
  readonly took?: number | null;
  readonly turn?: string;
}

function span({ at = 0, id, step = null, took = 1, turn, under }: Told): SessionRecord {
  return {
    ...log({ id, at, step, ...(turn !== undefined && { turn }) }),
    kind: "span",
    record_id: `s${id}`,
    span_id: hex(id),
    parent_span_id: under === undefined ? "" : hex(under),
    end_ns: took === null ? null : ns(at + took),
    severity: null,
    status: "unset",
  };
}

function log({ at = 0, id, step = null, turn, under }: Told): SessionRecord {
  return {
    kind: "log",
    record_id: `l${id}`,
    trace_id: trace,
    span_id: under === undefined ? "" : hex(under),
    parent_span_id: "",
    session_id: "s",
    membership: "carried",
    step,
    name: "",
    start_ns: ns(at),
    end_ns: ns(at),
    severity: "info",
    status: null,
    outcome: null,
    service: "",
    scope: "",
    attributes: turn === undefined ? {} : { "throughline.turn.id": turn },
    body: null,
    events: [],
    links: [],
  };
}

const outline = (records: readonly SessionRecord[]): string[] =>
  sessionTree(records).nodes.map(
    ({ depth, id, oddities }) => "  ".repeat(depth) + [id, ...oddities].join(" "),
  );

test("turns are the top; steps and log records stand below them in the order of time", () => {
  const records = [
    span({ id: 0, step: "session" }),
    span({ id: 1, under: 0, step: "turn", at: 10, took: 50 }),
    span({ id: 2, under: 1, step: "llm", at: 12 }),
    log({ id: 3, under: 1, at: 20 }),
    span({ id: 4, under: 1, step: "tool", at: 30 }),
    span({ id: 5, under: 0, step: "turn", at: 100, took: 50 }),
  ];
  const expected = ["s0", "s1", "  s2", "  l3", "  s4", "s5"];
  expect(outline(records)).toEqual(expected);
  expect(outline(records.toReversed())).toEqual(expected);
});

test("what has no parent goes to the turn it names, else to the last that began before it", () => {
  const turn = { step: "turn", took: 50 };
  expect(
    outline([
      span({ id: 0, ...turn, at: 10, turn: "a" }),
      span({ id: 1, ...turn, at: 100, turn: "b" }),
      log({ id: 2, at: 5 }),
      log({ id: 3, at: 120 }),
      span({ id: 4, at: 130, step: "sidecar", turn: "a" }),
    ]),
  ).toEqual(["l2", "s0", "  s4", "s1", "  l3"]);
});

test("where no span is a turn, each prompt opens one", () => {
  const tree = sessionTree([
    log({ id: 0, step: "prompt", at: 10 }),
    span({ id: 1, step: "llm", at: 20, took: 5 }),
    log({ id: 2, step: "prompt", at: 50 }),
    span({ id: 3, step: "llm", at: 60, took: null }),
  ]);
  expect(tree.turns.map(({ children }) => children.map(({ id }) => id))).toEqual([
    ["l0", "s1"],
    ["l2", "s3"],
  ]);
  expect(tree.turns.map(({ end }) => end === null)).toEqual([false, true]);
});

test("a turn below a web server's span is a turn, and one below a turn is a step of it", () => {
  const tree = sessionTree([
    span({ id: 0, at: 0, took: 90 }),
    span({ id: 1, under: 0, step: "turn", at: 10, took: 50 }),
    span({ id: 2, under: 1, step: "turn", at: 20, took: 5 }),
  ]);
  expect(tree.turns.map(({ id }) => id)).toEqual(["s1"]);
  expect(tree.nodes.map(({ turn }) => turn)).toEqual([null, 0, 0]);
});

test("a finished span takes the place of its announcement", () => {
  const open = { ...span({ id: 1, took: null }), record_id: "l9.open" };
  const announcement = { ...log({ id: 9, under: 1, step: "span.start" }) };
  expect(outline([announcement, open])).toEqual(["l9.open"]);
  expect(outline([announcement, open, span({ id: 1 })])).toEqual(["s1"]);
  expect(outline([announcement])).toEqual(["l9"]);
});

test("missing parents, rings and clocks that disagree are said", () => {
  expect(
    outline([
      span({ id: 0, under: 99 }),
      span({ id: 1, under: 2, at: 1 }),
      span({ id: 2, under: 1, at: 2 }),
      span({ id: 3, under: 3, at: 3 }),
      span({ id: 4, at: 10 }),
      span({ id: 5, under: 4, at: 4 }),
    ]),
  ).toEqual(["s0 orphan", "s1 cycle", "  s2", "s3 cycle", "s4", "  s5 early"]);
});

test("whatever the parents say, every record stands in the tree once, below its parent", () => {
  const told = fc.record({
    under: fc.option(fc.nat(12), { nil: undefined }),
    step: fc.constantFrom(null, "session", "turn", "llm", "prompt"),
    at: fc.nat(20),
    isSpan: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(told, { maxLength: 12 }), (all) => {
      const records = all.map(({ at, isSpan, step, under }, id) =>
        (isSpan ? span : log)({ id, at, step, ...(under !== undefined && { under }) }),
      );
      const { nodes } = sessionTree(records);
      const real = nodes.filter(({ record }) => record !== null);
      expect(real.map(({ id }) => id).toSorted()).toEqual(
        records.map(({ record_id }) => record_id).toSorted(),
      );
      const seen = new Set<TreeNode>();
      for (const node of nodes) {
        expect(node.parent === null || seen.has(node.parent)).toBe(true);
        seen.add(node);
      }
    }),
  );
});

test("a chain of 20,000 spans is a tree of that depth", () => {
  const chain = Array.from({ length: 20_000 }, (_, id) =>
    span({ id, at: id, ...(id > 0 && { under: id - 1 }) }),
  );
  expect(sessionTree(chain).nodes.at(-1)?.depth).toBe(19_999);
});

test("of records with one start, spans come before logs, whichever arrived first", () => {
  const told = [
    log({ id: 3 }),
    span({ id: 2, step: "tool" }),
    span({ id: 1, step: "session" }),
    log({ id: 4 }),
  ];
  const ids = (records: SessionRecord[]): string[] =>
    sessionTree(records).roots.map(({ id }) => id);
  expect(ids(told)).toEqual(["s1", "s2", "l3", "l4"]);
  expect(ids(told.toReversed())).toEqual(["s1", "s2", "l4", "l3"]);
});
