import { expect, test } from "vitest";
import { noTotals, sessionOf, stateOf, summaryOf, type Totals } from "@throughline/core/session";

const nowMs = 1_790_000_000_000;
const seconds = (ago: number) => (nowMs - ago * 1_000) * 1_000;

function state(totals: Partial<Totals>, seenAgo = 0) {
  return stateOf(summaryOf({ ...noTotals(), ...totals }), {
    nowMs,
    seenMs: nowMs - seenAgo * 1_000,
  });
}

test("a session is live for a minute after its last record, by our clock and its own", () => {
  expect(state({ last: seconds(5) }, 5)).toBe("live");
  expect(state({ last: seconds(61) }, 61)).toBe("idle");
  // Imported just now, and long over.
  expect(state({ last: seconds(86_400) }, 0)).toBe("idle");
  // An emitter whose clock is a day ahead.
  expect(state({ last: seconds(-86_400) }, 61)).toBe("idle");
});

test("open work keeps it live until it was silent for 15 minutes", () => {
  expect(state({ last: seconds(600), open: 1 }, 600)).toBe("live");
  expect(state({ last: seconds(901), open: 1 }, 901)).toBe("interrupted");
});

test("it has ended once it said so, unless work began after that", () => {
  expect(state({ ended: seconds(1), last: seconds(1), latestStart: seconds(2), open: 1 })).toBe(
    "ended",
  );
  expect(state({ ended: seconds(9), last: seconds(1), latestStart: seconds(2) })).toBe("live");
});

test("strangers' times never break the JSON", () => {
  const totals = { ...noTotals(), first: 1, last: Number.MAX_SAFE_INTEGER * 1_000 };
  const session = sessionOf({
    id: "s",
    aliases: [],
    summary: summaryOf(totals),
    clock: { nowMs, seenMs: nowMs },
  });
  expect(session).toMatchObject({ started_at: expect.any(String), last_at: expect.any(String) });
});
