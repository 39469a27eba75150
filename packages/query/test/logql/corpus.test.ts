import { InvalidQueryError, QueryError, UnsupportedQueryError } from "@throughline/query";
import { parseLogql, printLogql } from "@throughline/query/logql";
import { describe, expect, test } from "vitest";

import { readCorpus } from "../text/corpus.ts";

const corpus = readCorpus(new URL("corpus.txt", import.meta.url));

test("the corpus is large enough to mean something", () => {
  expect(new Set(corpus.valid).size).toBeGreaterThanOrEqual(150);
  expect(corpus.invalid.length).toBeGreaterThanOrEqual(80);
});

describe("valid: reads, and what is printed reads the same", () => {
  test.each(corpus.valid)("%s", (query) => {
    const tree = parseLogql(query);
    expect(parseLogql(printLogql(tree))).toEqual(tree);
    expect(printLogql(parseLogql(printLogql(tree)))).toBe(printLogql(tree));
  });
});

describe("invalid: says where", () => {
  test.each(corpus.invalid)("$at $query", ({ at, query }) => {
    const error = failure(query);
    expect(error).toBeInstanceOf(InvalidQueryError);
    expect(error?.fault.kind).toBe("invalid");
    expect(place(error)).toBe(at);
  });
});

describe("unsupported: is told apart from invalid", () => {
  test.each(corpus.unsupported)("$at $query", ({ at, query }) => {
    const error = failure(query);
    expect(error).toBeInstanceOf(UnsupportedQueryError);
    expect(error?.fault.kind).toBe("unsupported");
    expect(place(error)).toBe(at);
  });
});

function failure(query: string): QueryError | undefined {
  try {
    parseLogql(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  return undefined;
}

function place(error: QueryError | undefined): string {
  return `${error?.fault.line}:${error?.fault.column}`;
}
