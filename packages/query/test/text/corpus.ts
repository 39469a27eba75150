import { readFileSync } from "node:fs";

/** The queries of a corpus file. `at` is where a query that does not parse is at fault, as line:column. */
export interface Corpus {
  readonly valid: readonly string[];
  readonly invalid: readonly Misfit[];
  readonly unsupported: readonly Misfit[];
}

export interface Misfit {
  readonly at: string;
  readonly query: string;
}

export function readCorpus(file: URL): Corpus {
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
