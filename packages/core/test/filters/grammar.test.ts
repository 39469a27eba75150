import {
  FilterFault,
  liveFilters,
  readFilters,
  readRecordFilters,
  recordFilters,
  sessionFilters,
  writeFilters,
} from "@throughline/core/filters";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const now = Date.UTC(2026, 10, 20, 12);
const words = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
const level = fc.constantFrom(...(["trace", "debug", "info", "warn", "error", "fatal"] as const));

function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof FilterFault) return `${error.filter} ${error.message}`;
    throw error;
  }
  return "";
}

describe("URL parameters", () => {
  const window = fc
    .tuple(fc.nat(4_000_000_000_000), fc.nat(4_000_000_000_000))
    .map((times) => times.toSorted((one, other) => one - other))
    .map(([since = 0, until = 0]) => ({ since, until }));
  const filters = fc.record(
    {
      window: fc.option(window, { nil: undefined }),
      service: words,
      errors: fc.boolean(),
      level,
      kind: fc.constantFrom("span" as const, "log" as const),
      grep: words,
      turn: words,
      limit: fc.integer({ min: 1, max: 5_000 }),
      attributes: fc.dictionary(words, words, { minKeys: 1, maxKeys: 16 }),
    },
    { requiredKeys: [] },
  );

  test("what is written reads as the same filters, whenever it is read", () => {
    fc.assert(
      fc.property(filters, fc.nat(4_000_000_000_000), ({ window, ...rest }, later) => {
        // An address has no place for half a surrogate pair.
        fc.pre(JSON.stringify(rest).isWellFormed());
        const given = { ...rest, ...window };
        const text = writeFilters(given).toString();
        const read = readRecordFilters(recordFilters, new URLSearchParams(text), later);
        expect({ ...read, attributes: { ...read.attributes } }).toEqual({
          ...given,
          attributes: { ...given.attributes },
        });
      }),
    );
  });

  test("what is not said is not written", () => {
    expect(writeFilters({}).toString()).toBe("");
    expect(writeFilters({ since: now, errors: false, sort: "cost" }).toString()).toBe(
      "since=2026-11-20T12%3A00%3A00.000Z&errors=false&sort=cost",
    );
  });
});

test("no text makes the reader fail in another way than by saying so", () => {
  const parameters = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(recordFilters)), words), fc.string()),
  );
  fc.assert(
    fc.property(parameters, (given) => {
      const fault = faultOf(() => readRecordFilters(recordFilters, given, now));
      expect(fault).not.toMatch(/undefined|NaN|object/);
    }),
  );
});

describe("a list of sessions, one session and the live tail take what concerns them", () => {
  test.each([
    [sessionFilters, "level", "error"],
    [sessionFilters, "turn", "0"],
    [recordFilters, "sort", "last"],
    [liveFilters, "until", "now"],
    [liveFilters, "limit", "3"],
  ])("%#: not %s", (grammar, name, text) => {
    expect(faultOf(() => readFilters(grammar, [[name, text]], now))).toMatch(
      new RegExp(`^${name} is unknown here; known: since,`),
    );
  });

  test("and every fault says what would do", () => {
    const fault = (name: string, text: string): string =>
      faultOf(() => readFilters(recordFilters, [[name, text]], now));
    expect(fault("level", "loud")).toBe(
      "level takes one of trace, debug, info, warn, error, fatal",
    );
    expect(fault("kind", "metric")).toBe("kind takes one of span, log");
    expect(fault("limit", "5001")).toBe("limit takes a whole number from 1 to 5000");
    expect(fault("since", "yesterday")).toContain("since takes a duration back from now");
    expect(fault("grep", "")).toBe("grep is empty");
    const twice = [
      ["grep", "a"],
      ["grep", "b"],
    ] as const;
    expect(faultOf(() => readFilters(recordFilters, twice, now))).toBe(
      "grep is given more than once",
    );
    const many = Array.from({ length: 17 }, (_, n) => [`attr.${n}`, "x"] as const);
    expect(faultOf(() => readRecordFilters(recordFilters, many, now))).toContain("more than 16");
  });
});
