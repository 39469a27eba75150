import { type SessionRecord, sessionTree } from "@throughline/core/session";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { treeLines } from "../../src/show/tree-lines.ts";
import { renderLines } from "../../src/terminal/line.ts";

const base = Date.UTC(2026, 10, 21, 10);
const ns = (ms: number): string => String(BigInt(base + ms) * 1_000_000n);
const hex = (id: number): string => (id + 1).toString(16).padStart(16, "0");

interface Told extends Partial<SessionRecord> {
  readonly id: number;
  readonly under?: number;
  readonly at?: number;
  readonly ms?: number | null;
}

function span({ at = 0, id, ms = 10, under, ...more }: Told): SessionRecord {
  return {
    kind: "span",
    record_id: `s${id}`,
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    span_id: hex(id),
    parent_span_id: under === undefined ? "" : hex(under),
    session_id: "s",
    membership: "carried",
    step: null,
    name: `span ${id}`,
    start_ns: ns(at),
    end_ns: ms === null ? null : ns(at + ms),
    severity: null,
    status: "unset",
    outcome: null,
    service: "app",
    scope: "lib",
    attributes: {},
    body: null,
    events: [],
    links: [],
    ...more,
  };
}

function log({ id, under, ...told }: Told): SessionRecord {
  const line = span({ id, ms: 0, name: "", severity: "info", status: null, ...told });
  const on = under === undefined ? "" : hex(under);
  return { ...line, kind: "log", record_id: `l${id}`, span_id: on, parent_span_id: "" };
}

function shown(records: readonly SessionRecord[], isWide = false, columns?: number): string[] {
  const options = { isWide, kept: undefined, now: base + 60_000, price: () => undefined };
  const text = renderLines(treeLines(sessionTree(records), options), { colour: false, columns });
  // Without the time in front.
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(14));
}

describe("what a person wants to see", () => {
  test("turns, calls, tools and log records with time, tokens, cost and errors", () => {
    const call = {
      "throughline.step": "llm",
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "m",
      "gen_ai.usage.input_tokens": 1_200,
      "gen_ai.usage.output_tokens": 80,
      "throughline.cost.amount": 0.25,
      "throughline.cost.source": "reported",
    };
    const lines = shown([
      span({ id: 0, step: "turn", ms: 2_000 }),
      span({ id: 1, under: 0, at: 1, ms: 800, step: "llm", attributes: call }),
      span({
        id: 2,
        under: 0,
        at: 900,
        ms: 40,
        step: "tool",
        status: "error",
        attributes: {
          "throughline.step": "tool",
          "gen_ai.tool.name": "refund",
          "error.type": "declined",
        },
      }),
      log({ id: 3, under: 2, at: 910, severity: "error", body: "the card was declined" }),
    ]);
    expect(lines).toEqual([
      "turn 0  1 ✗  1.2k→80  $0.25  2 s",
      "├─ llm m  1.2k→80  $0.25  800 ms",
      "└─ ✗ tool refund  declined  40 ms",
      "   └─ ✗ error   the card was declined",
    ]);
  });

  test("work that goes on, was interrupted or cancelled", () => {
    expect(
      shown([
        span({ id: 0, step: "tool", ms: null }),
        span({ id: 1, step: "tool", ms: null, outcome: "interrupted", at: 1 }),
        span({ id: 2, step: "tool", outcome: "cancelled", at: 2 }),
      ]),
    ).toEqual([
      "tool span 0  (running for 1m 00s)",
      "tool span 1  (interrupted)",
      "tool span 2  (cancelled)  10 ms",
    ]);
  });

  test("how a record belongs, and what is odd about where it stands", () => {
    expect(
      shown([
        span({ id: 0, membership: "joined" }),
        span({ id: 1, under: 99, at: 1, membership: "inherited" }),
        span({ id: 2, under: 0, at: -5, membership: "linked" }),
      ]),
    ).toEqual([
      "span 0  (joined)  10 ms",
      "└─ span 2  (linked)  (before its parent)  10 ms",
      "span 1  (inherited)  (parent missing)  10 ms",
    ]);
  });

  test("long pauses between turns, and none within them", () => {
    const lines = shown([
      span({ id: 0, step: "turn", ms: 1_000_000 }),
      span({ id: 1, under: 0, at: 900_000 }),
      span({ id: 2, step: "turn", at: 1_000_000 + 720_000 }),
    ]);
    expect(lines.filter((line) => line.includes("idle"))).toEqual(["⋯ 12m 00s idle"]);
  });

  test("equal internal spans side by side are one line, unless there is something to them", () => {
    const reads = (from: number, count: number, more: Partial<Told> = {}) =>
      Array.from({ length: count }, (_, n) =>
        span({ id: from + n, under: 0, at: from + n, name: "fs.read", ...more }),
      );
    const records = [
      span({ id: 0, step: "turn", ms: 500 }),
      ...reads(1, 5),
      ...reads(6, 1, { status: "error" }),
      ...reads(7, 3),
      ...reads(10, 4),
    ];
    expect(shown(records)).toEqual([
      "turn 0  1 ✗  500 ms",
      "├─ fs.read ×5  50 ms",
      "├─ ✗ fs.read  10 ms",
      "└─ fs.read ×7  70 ms",
    ]);
    expect(shown(records, true)).toHaveLength(14);
  });

  test("long texts are cut where the screen ends, and say so", () => {
    const [line = ""] = shown([log({ id: 0, body: "word ".repeat(10_000) })], false, 60);
    expect(line).toMatch(/^info {3}word word .*…$/);
  });
});

test("whatever the records say, each is on a line or counted on one, and no line is wider than the screen", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\u001b[2J", "\n", "漢字"));
  const told = fc.record({
    under: fc.option(fc.nat(12), { nil: undefined }),
    step: fc.constantFrom(null, null, "session", "turn", "llm", "tool", "prompt"),
    at: fc.nat(2_000_000),
    ms: fc.option(fc.nat(1_000), { nil: null }),
    name: fc.constantFrom("a", "a", "b", "\u001b]0;x\u0007"),
    body: fc.option(text),
    isSpan: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(told, { maxLength: 14 }),
      fc.integer({ min: 20, max: 140 }),
      (all, columns) => {
        const records = all.map(({ isSpan, under, ...rest }, id) =>
          (isSpan ? span : log)({ id, ...rest, ...(under !== undefined && { under }) }),
        );
        const options = { isWide: false, kept: undefined, now: base, price: () => undefined };
        const tree = sessionTree(records);
        const lines = treeLines(tree, options);
        const folded = renderLines(lines, { colour: false, columns: undefined })
          .split("\n")
          .map((line) => Number(/^\S+ +[│├└─⋯ ]*\S+ ×(\d+)/.exec(line)?.[1] ?? 1) - 1)
          .reduce((sum, count) => sum + count, 0);
        const idle = lines.filter(({ left }) => left.length === 1).length;
        expect(lines.length - idle + folded).toBe(tree.nodes.length);
        for (const line of renderLines(lines, { colour: false, columns }).trimEnd().split("\n"))
          expect(line).not.toMatch(/\p{Cc}/u);
      },
    ),
  );
});
