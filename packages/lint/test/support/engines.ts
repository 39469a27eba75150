import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import plugin, { recommended } from "@throughline/lint";
import { Linter } from "eslint";

/** What one engine says of one place. */
export interface Report {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Rules {
  readonly [rule: string]: Linter.RuleEntry;
}

const require = createRequire(import.meta.url);

/** Which needs the compiler's API. npm puts a part of it at the top, where TypeScript is the one that has no such API. */
function parserOfTypescript(): Linter.Parser {
  const lane = createRequire(
    new URL("../../../../test/lanes/typescript-eslint/package.json", import.meta.url),
  );
  const typescript = lane.resolve("typescript");
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === "typescript" ? typescript : specifier, context),
  });
  try {
    return lane("@typescript-eslint/parser") as Linter.Parser;
  } finally {
    hooks.deregister();
  }
}

/** What ESLint reads TypeScript with. */
export const typescript: Linter.Parser = parserOfTypescript();

const linter = new Linter();

export function eslint(
  file: string,
  source: string,
  rules: Rules = recommended,
): readonly Report[] {
  const messages = linter.verify(
    source,
    {
      files: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"],
      plugins: { throughline: plugin },
      rules,
      languageOptions: { ...(/\.[cm]?tsx?$/.test(file) && { parser: typescript }) },
      linterOptions: { noInlineConfig: true },
    },
    file,
  );
  return messages
    .filter(({ fatal, ruleId }) => fatal === true || ruleId !== null)
    .map(({ ruleId, line, column, message }) => ({
      rule: ruleId ?? "none",
      line,
      column,
      message,
    }));
}

const manifest = require.resolve("oxlint/package.json");

interface Diagnostic {
  readonly message: string;
  readonly code?: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number; readonly column: number } }[];
}

/** One process over some files: what it reports of each, and the files as `--fix` leaves them. */
export class Oxlint implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "throughline-oxlint-"));
  readonly #reports = new Map<string, Report[]>();

  constructor(
    files: { readonly [file: string]: string },
    rules: Rules = recommended,
    flags: readonly string[] = [],
  ) {
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(join(this.#folder, file, ".."), { recursive: true });
      writeFileSync(join(this.#folder, file), source);
    }
    const config = {
      plugins: [],
      categories: { correctness: "off" },
      jsPlugins: [new URL("../../src/index.ts", import.meta.url).pathname],
      rules,
    };
    writeFileSync(join(this.#folder, ".oxlintrc.json"), JSON.stringify(config));
    const oxlint = join(manifest, "..", "bin", "oxlint");
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@throughline/source", oxlint, "--format=json", ...flags, "."],
      { cwd: this.#folder, encoding: "utf8", maxBuffer: 2 ** 28 },
    );
    for (const diagnostic of diagnosticsIn(stdout, stderr)) {
      const { message, code, filename, labels } = diagnostic;
      const { line = 0, column = 0 } = labels[0]?.span ?? {};
      const rule = code?.replace(/\((.*)\)$/, "/$1") ?? "none";
      const reports = this.#reports.get(filename) ?? [];
      this.#reports.set(filename, [...reports, { rule, line, column, message }]);
    }
  }

  reports(file: string): readonly Report[] {
    const reports = this.#reports.get(file) ?? [];
    return reports.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  read(file: string): string {
    return readFileSync(join(this.#folder, file), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function diagnosticsIn(stdout: string, stderr: string): readonly Diagnostic[] {
  try {
    return (JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics;
  } catch {
    throw new Error(`oxlint did not run: ${stderr}${stdout}`);
  }
}
