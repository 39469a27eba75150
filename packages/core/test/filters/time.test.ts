import { parseTime } from "@throughline/core/filters";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const now = Date.UTC(2026, 10, 20, 12);

test.each([
  ["now", now],
  ["15m", now - 900_000],
  ["now-15m", now - 900_000],
  ["1.5h", now - 5_400_000],
  ["250ms", now - 250],
  ["1w", now - 604_800_000],
  ["2026-11-20", Date.UTC(2026, 10, 20)],
  ["2026-11-20T10:00:00Z", Date.UTC(2026, 10, 20, 10)],
  ["2026-11-20 12:00:00.5+02:00", Date.UTC(2026, 10, 20, 10) + 500],
  ["1795276707", 1_795_276_707_000],
  ["1795276707.25", 1_795_276_707_250],
  ["1795276707660", 1_795_276_707_660],
  ["1795276707660123", 1_795_276_707_660],
  ["1795276707660123456", 1_795_276_707_660],
  ["99999999w", 0],
])("%s", (text, ms) => {
  expect(parseTime(text, now)).toBe(ms);
});

test.each([
  "",
  "yesterday",
  "-5m",
  "1y",
  "2026-11-20T10:00:00",
  "2026-13-01",
  "0x10",
  "1e9",
  " 5m",
])("%j is no time", (text) => {
  expect(parseTime(text, now)).toBeUndefined();
});

test("any instant of our time written as RFC 3339 or in any unit is read as itself", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000_000_000, max: 9_000_000_000_000 }), (ms) => {
      expect(parseTime(new Date(ms).toISOString(), now)).toBe(ms);
      expect(parseTime(String(ms), now)).toBe(ms);
      expect(parseTime(`${ms}000`, now)).toBe(ms);
      expect(parseTime(`${ms}000000`, now)).toBe(ms);
    }),
  );
});
