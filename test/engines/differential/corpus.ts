import { readFileSync } from "node:fs";

/** The valid queries of a corpus of packages/query, each once, and those of a file beside this one. */
export function corpus(language: "traceql" | "logql"): readonly string[] {
  const shared = new URL(`../../../packages/query/test/${language}/corpus.txt`, import.meta.url);
  const lines = readFileSync(shared, "utf8").split("\n");
  const from = lines.indexOf("[valid]") + 1;
  const to = lines.indexOf("[invalid]");
  const valid = lines.slice(from, to).filter((line) => line !== "" && !line.startsWith("# "));
  return [...new Set(valid)].map((line) => line.replaceAll("⏎", "\n"));
}
