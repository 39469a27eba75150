import { rules } from "@throughline/lint";
import { RuleTester } from "eslint";
import { describe, expect, test } from "vitest";

import { eslint, Oxlint, typescript, type Rules } from "./engines.ts";

/** Code whose lines marked `// !` are reported. */
export interface Reported {
  readonly code: string;
  readonly says: string;
  /** What the automatic fix replaces, and by what. */
  readonly fixed?: readonly [from: string, to: string];
  /** The same of a suggestion, by its message. */
  readonly suggested?: readonly [says: string, from: string, to: string];
  readonly options?: object;
}

export interface Cases {
  readonly reported: { readonly [title: string]: Reported };
  readonly silent: { readonly [title: string]: string };
}

/** Runs the cases of a rule in ESLint, by its own tester, and in oxlint, which must say the same of each. */
export function ruleCases(name: string, cases: Cases): void {
  const rule = rules[name];
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  RuleTester.describe = describe;
  RuleTester.it = test;
  new RuleTester({ languageOptions: { parser: typescript } }).run(`${name} in ESLint`, rule, {
    valid: Object.entries(cases.silent).map(([title, code]) => ({ name: title, code })),
    invalid: Object.entries(cases.reported).map(([title, reported]) => invalid(title, reported)),
  });
  inOxlint(name, cases);
}

function invalid(title: string, { code, says, fixed, suggested, options }: Reported) {
  const [messageId = "", from = "", to = ""] = suggested ?? [];
  const suggestions = suggested && [{ messageId, output: replaced(code, from, to) }];
  return {
    name: title,
    code,
    errors: markedLines(code).map((line) => ({
      messageId: says,
      line,
      ...(suggestions && { suggestions }),
    })),
    output: fixed === undefined ? null : replaced(code, ...fixed),
    ...(options && { options: [options] }),
  };
}

function inOxlint(name: string, { reported, silent }: Cases): void {
  const codes = Object.entries({ ...reported, ...silent }).map(([title, given], i) =>
    typeof given === "string"
      ? { title, file: `${i}.ts`, code: given, options: undefined }
      : { title, file: `${i}.ts`, code: given.code, options: given.options },
  );
  describe(`${name} in oxlint`, () => {
    const groups = Map.groupBy(codes, ({ options }) => JSON.stringify(options));
    for (const group of groups.values()) {
      const options = group[0]?.options;
      const rules: Rules = { [`throughline/${name}`]: options ? ["error", options] : "error" };
      using engine = new Oxlint(
        Object.fromEntries(group.map(({ file, code }) => [file, code])),
        rules,
      );
      for (const { title, file, code } of group) {
        const said = engine.reports(file);
        test(title, () => {
          expect(said).toEqual(eslint(file, code, rules));
          expect(said.map(({ line }) => line)).toEqual(markedLines(code));
        });
      }
    }
  });
}

function markedLines(code: string): readonly number[] {
  return code.split("\n").flatMap((line, i) => (line.trimEnd().endsWith("// !") ? [i + 1] : []));
}

function replaced(code: string, from: string, to: string): string {
  if (!code.includes(from)) throw new Error(`${from} is not in the code`);
  return code.replace(from, () => to);
}
