import { createLogqlMetrics, planLogql } from "@throughline/query/logql";
import { parseTraceql, printTraceql } from "@throughline/query/traceql";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { entry, NOON } from "../logql/records.ts";

/** What LogQL makes of a label's text, or of the line itself. */
function sample(query: string, text: string): number | undefined {
  const plan = planLogql(query, { startNs: NOON, endNs: NOON, instant: true });
  if (plan.kind !== "metrics") throw new Error("not a metric");
  const metrics = createLogqlMetrics(plan);
  metrics.add(entry({ body: text, attributes: { x: text } }));
  return metrics.result().series[0]?.values[0];
}

const unwrapped = (conversion: string, text: string) =>
  sample(
    `sum(sum_over_time({service_name="agent"} | unwrap ${conversion} | __error__="" [1s]))`,
    text,
  );

test.each([
  ["1ns", 1e-9],
  ["1.5h", 5400],
  ["1h30m", 5400],
  ["2d", 172_800],
  ["1w", 604_800],
  ["1y", 31_536_000],
  ["100µs", 1e-4],
  ["100μs", 1e-4],
  [".5s", 0.5],
  ["-1m30s", -90],
  ["+2ms", 0.002],
  ["0", 0],
  ["-", undefined],
  ["5", undefined],
  ["5 s", undefined],
  ["5S", undefined],
  ["1h x", undefined],
  ["300y", undefined],
])("the duration %s is %s s", (text, seconds) => {
  expect(unwrapped("duration(x)", text)).toBe(seconds);
});

test.each([
  ["20B", 20],
  ["20", 20],
  ["5KB", 5_000],
  ["5kb", 5_000],
  ["1.5KiB", 1_536],
  ["3k", 3_000],
  ["1G", 1e9],
  ["5 MiB", 5 * 1024 ** 2],
  ["2TB", 2e12],
  ["KB", undefined],
  ["5iB", undefined],
  ["5XB", undefined],
  ["-5B", undefined],
  ["99999EB", undefined],
])("the size %s is %s bytes", (text, bytes) => {
  expect(unwrapped("bytes(x)", text)).toBe(bytes);
});

test.each([
  ["1", 1],
  ["-1.5e3", -1500],
  [".5", 0.5],
  ["+Inf", Number.POSITIVE_INFINITY],
  ["0x10", undefined],
  [" 1", undefined],
  ["1_000", undefined],
])("the number %s is %s", (text, number) => {
  expect(unwrapped("x", text)).toBe(number);
});

test("a duration, written and read again, is the same", () => {
  const nanoseconds = fc.oneof(
    fc.maxSafeInteger(),
    fc.double({ min: -9e18, max: 9e18, noNaN: true }).map(Math.trunc),
  );
  fc.assert(
    fc.property(nanoseconds, (value) => {
      const literal = {
        kind: "literal",
        type: "duration",
        value: value === 0 ? 0 : value,
      } as const;
      const query = {
        kind: "traceql" as const,
        body: {
          kind: "search" as const,
          stages: [
            {
              kind: "filter" as const,
              condition: {
                kind: "comparison" as const,
                operator: "=" as const,
                left: literal,
                right: literal,
              },
            },
          ],
        },
        hints: [],
      };
      expect(parseTraceql(printTraceql(query))).toEqual(query);
    }),
  );
});

test("the bytes of a line are those of UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      expect(sample('sum(bytes_over_time({service_name="agent"}[1s]))', text)).toBe(
        new TextEncoder().encode(text).length,
      );
    }),
  );
});
