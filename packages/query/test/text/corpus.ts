import { readFileSync } from "node:fs";

import { InvalidQueryError, QueryError, UnsupportedQueryError } from "@throughline/query";
import { describe, expect, test } from "vitest";

/** The queries of a corpus file. `at` is where a query that does not parse is at fault, as line:column. */
interface Corpus {
  readonly valid: readonly string[];
  readonly invalid: readonly Misfit[];
  readonly unsupported: readonly Misfit[];
}

interface Misfit {
  readonly at: string;
  readonly query: string;
}

function readCorpus(file: URL): Corpus {
  const corpus = { valid: [] as string[], invalid: [] as Misfit[], unsupported: [] as Misfit[] };
  let section = "";
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "" || line.startsWith("# ")) continue;
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    else if (section === "valid") corpus.valid.push(line.replaceAll("⏎", "\n"));
    else if (section === "invalid" || section === "unsupported") {
      const [at = ""] = line.split(" ", 1);
      corpus[section].push({ at, query: line.slice(at.length + 1).replaceAll("⏎", "\n") });
    }
  }
  return corpus;
}

/** Walks a language's corpus: what is valid survives the round trip, what is not says where and why. */
export function testCorpus<Tree>(
  file: URL,
  parse: (text: string) => Tree,
  print: (tree: Tree) => string,
): void {
  const corpus = readCorpus(file);

  test("the corpus is large enough to mean something", () => {
    expect(new Set(corpus.valid).size).toBeGreaterThanOrEqual(150);
    expect(corpus.invalid.length).toBeGreaterThanOrEqual(80);
  });

  describe("valid: reads, and what is printed reads the same", () => {
    test.each(corpus.valid)("%s", (query) => {
      const tree = parse(query);
      const printed = print(tree);
      expect(parse(printed)).toEqual(tree);
      expect(print(parse(printed))).toBe(printed);
    });
  });

  describe("invalid: says where", () => {
    test.each(corpus.invalid)("$at $query", ({ at, query }) => {
      const error = failure(() => parse(query));
      expect(error).toBeInstanceOf(InvalidQueryError);
      expect(error?.fault).toMatchObject({ kind: "invalid" });
      expect(`${error?.fault.line}:${error?.fault.column}`).toBe(at);
    });
  });

  describe("unsupported: is told apart from invalid, and says where", () => {
    test.each(corpus.unsupported)("$at $query", ({ at, query }) => {
      const error = failure(() => parse(query));
      expect(error).toBeInstanceOf(UnsupportedQueryError);
      expect(error?.fault).toMatchObject({ kind: "unsupported" });
      expect(`${error?.fault.line}:${error?.fault.column}`).toBe(at);
    });
  });
}

function failure(parse: () => unknown): QueryError | undefined {
  try {
    parse();
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  return undefined;
}
