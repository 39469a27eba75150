/**
 * `npm run docs` writes the generated pages; with `--check` it writes nothing and fails when one is out of date.
 * A page is a file and a function that renders it from what is committed, the same every time.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { renderAgents } from "./docs/agents.ts";
import { renderAgentsFindings } from "./docs/agents-findings.ts";
import { renderAttributes } from "./docs/attributes.ts";
import { renderRules } from "./docs/rules.ts";

interface Page {
  readonly file: string;
  readonly render: () => string;
}

const pages: readonly Page[] = [
  { file: "docs/agents.md", render: renderAgents },
  { file: "docs/agents-findings.md", render: renderAgentsFindings },
  { file: "docs/attributes.md", render: renderAttributes },
  { file: "docs/rules.md", render: renderRules },
];

const check = process.argv.includes("--check");
const stale = pages.filter(({ file, render }) => {
  const url = new URL(`../${file}`, import.meta.url);
  const page = render();
  if (readOrEmpty(url) === page) return false;
  if (!check) writeFileSync(url, page);
  return true;
});

for (const { file } of stale)
  console.log(check ? `${file} is out of date: npm run docs` : `wrote ${file}`);
if (check && stale.length > 0) process.exitCode = 1;

function readOrEmpty(url: URL): string {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return "";
  }
}
