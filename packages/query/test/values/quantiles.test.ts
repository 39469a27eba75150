import { createLogqlMetrics, planLogql } from "@throughline/query/logql";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { entry, NOON, SECOND } from "../logql/records.ts";

/** The quantile of values that lie a millisecond apart, over a range that is put together from so many stretches. */
function quantile(at: number, values: readonly number[], stretches: number): number {
  const range = Math.max(1, Math.ceil(values.length / 1000)) * stretches;
  const query = `quantile_over_time(${at}, {service_name="agent"} | keep v | unwrap v [${range}s]) by ()`;
  const endNs = NOON + BigInt(range) * SECOND;
  const options = {
    startNs: endNs - BigInt(range) * SECOND,
    endNs,
    stepNs: BigInt(range / stretches) * SECOND,
  };
  const plan = planLogql(query, options);
  if (plan.kind !== "metrics") throw new Error("not a metric");
  const metrics = createLogqlMetrics(plan);
  for (const [index, v] of values.entries())
    metrics.add(entry({ at: ((index + 1) / values.length) * range, attributes: { v } }));
  return metrics.result().series[0]?.values.at(-1) ?? Number.NaN;
}

test("few values: exactly, between the nearest ranks", () => {
  const values = [4, 1, 3, 2];
  const found = [0, 0.01, 0.25, 0.5, 0.9, 1].map((at) =>
    Number(quantile(at, values, 1).toFixed(9)),
  );
  expect(found).toEqual([1, 1.03, 1.75, 2.5, 3.7, 4]);
});

test("many values, of any size and sign: within 0.5 % of the value at that rank", () => {
  const size = fc.constantFrom(1e-9, 1, 1e9, -1, -1e5, 0);
  fc.assert(
    fc.property(
      fc.array(size, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 0.99, 1),
      fc.integer(),
      (sizes, stretches, at, seed) => {
        const random = numbers(seed);
        const values = Array.from(
          { length: 2_500 },
          (_, i) => random() * (sizes[i % sizes.length] ?? 1),
        );
        const wanted = values.toSorted((a, b) => a - b)[Math.floor(at * (values.length - 1))] ?? 0;
        expect(Math.abs(quantile(at, values, stretches) - wanted)).toBeLessThanOrEqual(
          Math.abs(wanted) * 0.0051,
        );
      },
    ),
    { numRuns: 30 },
  );
});

/** Numbers between 0 and 1 that are the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
