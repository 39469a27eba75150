/**
 * `npm run test:lint-field`: the recommended rules on the code of agents that others wrote, fetched from the registry, in both
 * engines. What is reported is for a reader to judge; docs/lint.md says what was found and what we think of it.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eslint, Oxlint, type Report } from "../packages/lint/test/support/engines.ts";

const codebases = [
  "@google/gemini-cli-core@0.61.0",
  "@oh-my-pi/pi-coding-agent@18.3.4",
  "@office-ai/aioncli-core@0.24.0",
  "@browserbasehq/stagehand@3.7.3",
  "@steipete/oracle@0.21.2",
  "@openai/agents-openai@0.20.0",
  "@lovenyberg/ove@0.9.2",
  "@mariozechner/pi-ai@0.73.1",
];
/** Larger files are bundles of other people's code. */
const mostBytes = 1_000_000;

type Sources = { readonly [file: string]: string };

function unpack(codebase: string, folder: string): Sources {
  mkdirSync(folder);
  const packed = spawnSync("npm", ["pack", "--silent", codebase], {
    cwd: folder,
    encoding: "utf8",
  });
  const archive = packed.stdout.trim().split("\n").at(-1) ?? "";
  const unpacked = spawnSync("tar", ["xzf", archive], { cwd: folder });
  if (archive === "" || unpacked.status !== 0)
    throw new Error(`${codebase} can't be had: ${packed.stderr}`);
  const sources: { [file: string]: string } = {};
  for (const file of globSync("package/**/*.{js,mjs,cjs,ts,mts}", { cwd: folder })) {
    if (/node_modules|\.d\.m?ts$/.test(file)) continue;
    const source = readFileSync(join(folder, file), "utf8");
    if (source.length <= mostBytes) sources[file] = source;
  }
  return sources;
}

/** What is said of rules; a file that an engine can't read is not reported on. */
function tell(file: string, reports: readonly Report[]): readonly string[] {
  return reports
    .filter(({ rule }) => rule !== "none")
    .map(({ line, message, rule }) => `  ${file}:${line} ${rule}: ${message}`);
}

const home = mkdtempSync(join(tmpdir(), "throughline-lint-field-"));
try {
  for (const [i, codebase] of codebases.entries()) {
    const sources = unpack(codebase, join(home, String(i)));
    using oxlint = new Oxlint(sources);
    const files = Object.entries(sources);
    const inESLint = files.flatMap(([file, source]) => tell(file, eslint(file, source)));
    const inOxlint = files.flatMap(([file]) => tell(file, oxlint.reports(file)));
    console.log(`${codebase}: ${files.length} files, ${inESLint.length} reports`);
    for (const report of inESLint) console.log(report);
    if (inESLint.join("\n") === inOxlint.join("\n")) continue;
    console.log(`  oxlint says otherwise:\n${inOxlint.join("\n")}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
