/**
 * `npm run test:lint-field`: the recommended rules on the code of agents that others wrote, fetched from the registry, in both
 * engines. What is reported is for a reader to judge; docs/lint.md says what was found and what we think of it.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import plugin, { recommended } from "@throughline/lint";
import { ESLint } from "eslint";

const codebases = [
  "@google/gemini-cli-core@0.61.0",
  "@browserbasehq/stagehand@3.7.3",
  "@mariozechner/pi-ai@0.73.1",
  "@office-ai/aioncli-core@0.24.0",
  "@steipete/oracle@0.21.2",
  "@openai/agents-openai@0.20.0",
];
/** Larger files are bundles of other people's code. */
const mostBytes = 1_000_000;

const require = createRequire(import.meta.url);
const oxlint = join(dirname(require.resolve("oxlint/package.json")), "bin", "oxlint");
const plug = new URL("../packages/lint/src/index.ts", import.meta.url).pathname;

interface Report {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

function unpack(codebase: string, folder: string): readonly string[] {
  mkdirSync(folder);
  const packed = spawnSync("npm", ["pack", "--silent", codebase], {
    cwd: folder,
    encoding: "utf8",
  });
  const archive = packed.stdout.trim().split("\n").at(-1) ?? "";
  const unpacked = spawnSync("tar", ["xzf", archive], { cwd: folder });
  if (archive === "" || unpacked.status !== 0)
    throw new Error(`${codebase} can't be had: ${packed.stderr}`);
  return globSync("package/**/*.{js,mjs,cjs}", { cwd: folder }).filter((file) => {
    const bundle = statSync(join(folder, file)).size > mostBytes;
    if (bundle) rmSync(join(folder, file));
    return !bundle && !file.includes("node_modules");
  });
}

async function inESLint(folder: string): Promise<readonly Report[]> {
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ["**/*.{js,mjs,cjs}"], linterOptions: { noInlineConfig: true } },
      plugin.configs.recommended,
    ],
  });
  const results = await eslint.lintFiles(["package"]);
  return results.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ fatal, ruleId }) => fatal === true || ruleId !== null)
      .map(({ line, ruleId, message }) => ({
        file: filePath.slice(folder.length + 1),
        line,
        rule: ruleId ?? "unreadable",
        message,
      })),
  );
}

function inOxlint(folder: string): readonly Report[] {
  const config = {
    plugins: [],
    categories: { correctness: "off" },
    jsPlugins: [plug],
    rules: recommended,
  };
  writeFileSync(join(folder, ".oxlintrc.json"), JSON.stringify(config));
  const { stdout } = spawnSync(
    process.execPath,
    ["--conditions=@throughline/source", oxlint, "--format=json", "--no-ignore", "package"],
    { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly {
      readonly message: string;
      readonly code?: string;
      readonly filename: string;
      readonly labels: readonly { readonly span: { readonly line: number } }[];
    }[];
  };
  return diagnostics
    .filter(({ code, filename }) => code !== undefined && /\.[cm]?js$/.test(filename))
    .map(({ code = "", filename, labels, message }) => ({
      file: filename,
      line: labels[0]?.span.line ?? 0,
      rule: code.replace(/\((.*)\)$/, "/$1"),
      message,
    }));
}

const say = ({ file, line, rule, message }: Report): string =>
  `  ${file}:${line} ${rule}: ${message}`;

const home = mkdtempSync(join(tmpdir(), "throughline-lint-field-"));
let differ = false;
try {
  for (const [i, codebase] of codebases.entries()) {
    const folder = join(home, String(i));
    const files = unpack(codebase, folder);
    const all = await inESLint(folder);
    const unreadable = all.filter(({ rule }) => rule === "unreadable");
    const reports = all.filter(({ rule }) => rule !== "unreadable").map(say);
    const others = inOxlint(folder).map(say);
    console.log(
      `${codebase}: ${files.length} files, ${unreadable.length} unreadable, ${reports.length} reports`,
    );
    for (const report of reports) console.log(report);
    const same = reports.toSorted().join("\n") === others.toSorted().join("\n");
    if (!same) console.log(`  oxlint says otherwise:\n${others.join("\n")}`);
    differ ||= !same;
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
if (differ) process.exitCode = 1;
