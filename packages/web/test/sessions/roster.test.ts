import type { Session } from "@throughline/core/session";
import { expect, test } from "vitest";

import { faultIn, matches, readTyped, writeTyped } from "../../src/sessions/filters.ts";
import { binsOf, emptyRoster, extend, hear, rosterOf } from "../../src/sessions/roster.ts";

function session(id: string, told: Partial<Session> = {}): Session {
  return {
    schema: 1,
    id,
    aliases: [],
    services: ["shop-agent"],
    agent: "support",
    channel: { type: "slack", id: "C42" },
    state: "live",
    started_at: "2026-11-21T10:00:00.000Z",
    last_at: "2026-11-21T10:01:00.000Z",
    duration_ms: 60_000,
    turns: 1,
    spans: 3,
    logs: 2,
    errors: 0,
    llm_calls: 1,
    tool_calls: 1,
    traces: 1,
    tokens: { input: 1, output: 1, cache_read: 0, cache_write: 0, reasoning: 0 },
    cost: { amount: null, currency: "USD", complete: false },
    models: ["gpt-5.4"],
    longest_tool: null,
    membership: { carried: 5, inherited: 0, joined: 0, linked: 0 },
    findings: null,
    ...told,
  };
}
const all = () => true;
const ids = (sessions: Iterable<Session>) => [...sessions].map(({ id }) => id);

test("rows change in their place and never move; what is new waits to be asked for", () => {
  const before = rosterOf([session("a"), session("b")], null);
  const after = hear(before, [session("c"), session("b", { turns: 9 })], all);
  expect(ids(after.shown)).toEqual(["a", "b"]);
  expect(after.shown[1]?.turns).toBe(9);
  expect(ids(after.arrived.values())).toEqual(["c"]);
});

test("where nothing is shown there is nothing to disturb", () => {
  expect(ids(hear(emptyRoster, [session("a")], all).shown)).toEqual(["a"]);
});

test("what the filters leave out does not arrive", () => {
  const before = rosterOf([session("a")], null);
  expect(hear(before, [session("b")], () => false).arrived.size).toBe(0);
});

test("a further page brings no session twice", () => {
  const first = hear(rosterOf([session("a"), session("b")], "next"), [session("c")], all);
  const { arrived, shown } = extend(first, [session("b"), session("c")], null);
  expect(ids(shown)).toEqual(["a", "b", "c"]);
  expect(arrived.size).toBe(0);
});

test("the field speaks the filters of the command line, and the rest is looked for", () => {
  const typed = "refund money since:2h service:shop errors";
  const filters = readTyped(typed);
  expect(filters).toEqual({ since: "2h", service: "shop", errors: "true", grep: "refund money" });
  expect(readTyped(writeTyped(filters))).toEqual(filters);
  expect(faultIn(filters, 0)).toBeUndefined();
  expect(faultIn({ since: "yesterday" }, 0)).toMatch(/^since takes a duration/);
  expect(faultIn({ since: "1h", until: "2h" }, Date.now())).toMatch(/later than/);
});

test.each([
  [{ grep: "C42" }, true],
  [{ grep: "gpt" }, true],
  [{ grep: "nobody" }, false],
  [{ errors: "true" }, false],
  [{ service: "shop-agent" }, true],
  [{ service: "shop" }, false],
  [{ since: "2026-11-21T10:00:30Z" }, true],
  [{ since: "2026-11-21T10:02:00Z" }, false],
  [{ until: "2026-11-21T09:59:00Z" }, false],
])("%j holds a session: %s", (filters, holds) => {
  expect(matches(session("a"), filters, Date.now())).toBe(holds);
});

test("the strip counts each session in every column it was at work", () => {
  const bins = binsOf(
    [session("a"), session("b", { errors: 2, last_at: "2026-11-21T10:10:00.000Z" })],
    10,
    0,
  );
  expect(bins.map(({ sessions }) => sessions)).toEqual([2, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(bins.every(({ failed }) => failed === 1)).toBe(true);
  expect(binsOf([], 10, 0)).toEqual([]);
});
