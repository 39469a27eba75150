import { readFileSync } from "node:fs";

/** Queries that the engines answer otherwise, from docs/differences.md: what is not listed there must be equal. */
export const knownDifferences: ReadonlySet<string> = new Set(listed());

function listed(): string[] {
  const page = readFileSync(new URL("../../../docs/differences.md", import.meta.url), "utf8");
  // In blocks of code, one query a line.
  return [...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.split("\n").flatMap((line) => (line === "" ? [] : [line.replaceAll("⏎", "\n")])),
  );
}
