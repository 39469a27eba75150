import { agoText, briefText, bytesText, costText, durationText } from "@throughline/core/figures";
import { double, integer, property, assert as holds } from "fast-check";
import { expect, test } from "vitest";

test.each([
  [Number.NaN, ""],
  [0, "0 ms"],
  [0.0715, "71.5 µs"],
  [0.999_9, "1 ms"],
  [9.8149, "9.81 ms"],
  [118.2, "118 ms"],
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [59_949, "59.9 s"],
  [59_950, "1m 00s"],
  [3_599_499, "59m 59s"],
  [3_599_500, "1h 00m"],
  [172_799_000, "47h 59m"],
  [172_800_000, "2d 0h"],
  [-8_110, "−8.11 s"],
])("%d ms last %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [1_999, "now"],
  [2_000, "2 s ago"],
  [59_999, "59 s ago"],
  [60_000, "1 min ago"],
  [3_600_000, "1 h ago"],
  [172_800_000, "2 d ago"],
])("%d ms are %s", (ms, text) => {
  expect(agoText(ms)).toBe(text);
});

test.each([
  [812, "812", "812 B"],
  [999.96, "1k", "1 kB"],
  [1_000, "1k", "1 kB"],
  [12_345, "12.3k", "12.3 kB"],
  [99_500, "100k", "100 kB"],
  [999_499, "999k", "999 kB"],
  [999_500, "1M", "1 MB"],
  [4_120_000, "4.1M", "4.1 MB"],
])("%d is briefly %s, and as bytes %s", (value, brief, bytes) => {
  expect(briefText(value)).toBe(brief);
  expect(bytesText(value)).toBe(bytes);
});

test.each([
  [null, "USD", false, "–"],
  [0, "USD", true, "$0.00"],
  [0.000_01, "USD", true, "<$0.0001"],
  [0.003_1, "USD", true, "$0.0031"],
  [1.239, "EUR", false, "≥ €1.24"],
  [12, "CHF", true, "12.00 CHF"],
])("%s %s, complete: %s, is %s", (amount, currency, complete, text) => {
  expect(costText({ amount, currency, complete })).toBe(text);
});

const MS = { µs: 0.001, ms: 1, s: 1_000 };

test("below a minute, what is read is within a hundredth of what was", () => {
  holds(
    property(double({ min: 0.1, max: 59_949, noNaN: true }), (ms) => {
      const [value, unit] = durationText(ms).split(" ") as [string, keyof typeof MS];
      expect(Math.abs(Number(value) * MS[unit] - ms)).toBeLessThanOrEqual(ms / 100);
    }),
  );
});

test("from a minute on, no part of a time is read as sixty", () => {
  holds(
    property(integer({ min: 59_950, max: 1e12 }), (ms) => {
      expect(durationText(ms)).toMatch(/^\d+d (1?\d|2[0-3])h$|^\d+[mh] [0-5]\d[sm]$/);
    }),
  );
});
