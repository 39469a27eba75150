import * as fc from "fast-check";
import { expect, test } from "vitest";

import { axisOf, placeOn, ticksOf, timeAt } from "../../src/outline/axis.ts";
import { roots, span } from "../support/records.ts";

const minute = 60_000;

test("time between turns is folded, waiting inside a turn is not", () => {
  const turns = [
    span({ id: 0, step: "turn", at: 0, took: 2 * minute }),
    span({ id: 1, under: 0, step: "llm", at: 0, took: 100 }),
    span({ id: 2, step: "turn", at: 60 * minute, took: minute }),
  ];
  const { stretches } = axisOf(roots(...turns), 0);
  expect(stretches.map(({ fold }) => fold)).toEqual([false, true, false]);
  const [first, fold, second] = stretches;
  expect((fold?.x1 ?? 0) - (fold?.x0 ?? 0)).toBeCloseTo(0.025);
  expect((first?.x1 ?? 0) / (1 - (second?.x0 ?? 0))).toBeCloseTo(2);
});

test("short pauses stay: they are part of the rhythm", () => {
  const spans = [
    span({ id: 0, step: "turn", took: minute }),
    span({ id: 1, step: "turn", at: minute + 3_000 }),
  ];
  expect(axisOf(roots(...spans), 0).stretches).toHaveLength(1);
});

test("open work reaches the end of the axis; nothing at all has an axis too", () => {
  const open = roots(span({ id: 0, step: "turn", took: null }));
  const until = (open[0]?.start ?? 0) + 5_000_000;
  expect(axisOf(open, until).to).toBe(until);
  expect(axisOf([], 0).stretches).toEqual([]);
});

const someSpans = fc.array(
  fc.record({ at: fc.nat(10 * 3_600_000), took: fc.integer({ min: 1_000, max: 600_000 }) }),
  {
    minLength: 1,
    maxLength: 30,
  },
);

test("a moment has one place and a place one moment, in the same order, all within the axis", () => {
  fc.assert(
    fc.property(someSpans, (all) => {
      const axis = axisOf(roots(...all.map((each, id) => span({ id, ...each }))), 0);
      const steps = Array.from({ length: 41 }, (_, index) => index / 40);
      const times = steps.map((x) => timeAt(axis, x));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const [index, x] of steps.entries())
        expect(placeOn(axis, times[index] ?? 0)).toBeCloseTo(x, 5);
      expect(axis.stretches[0]?.x0).toBe(0);
      expect(axis.stretches.at(-1)?.x1).toBe(1);
    }),
  );
});

test("ticks are round, in order, apart from each other, and none stands in a fold", () => {
  fc.assert(
    fc.property(someSpans, fc.integer({ min: 2, max: 12 }), (all, most) => {
      const axis = axisOf(roots(...all.map((each, id) => span({ id, ...each }))), 0);
      const ticks = ticksOf(axis, 0, 1, most);
      expect(ticks.length).toBeLessThanOrEqual(most * 3 + 1);
      expect(ticks.map(({ x }) => x)).toEqual(ticks.map(({ x }) => x).toSorted((a, b) => a - b));
      for (const { x } of ticks) {
        const inside = axis.stretches.filter(
          (each) => each.fold && x > each.x0 + 1e-9 && x < each.x1 - 1e-9,
        );
        expect(inside).toEqual([]);
      }
    }),
  );
});
