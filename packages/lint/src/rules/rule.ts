import type { Rule } from "eslint";

/** What documentation says of a rule, kept in one place with it: docs/lint.md is held to these words. */
export interface Docs {
  /** One sentence. */
  readonly description: string;
  readonly why: string;
  readonly fix: string;
  readonly recommended: true;
  readonly url: string;
}

export interface LintRule extends Rule.RuleModule {
  readonly meta: Rule.RuleMetaData & { readonly docs: Docs };
}

export function docs(name: string, words: Pick<Docs, "description" | "why" | "fix">): Docs {
  const page = "https://github.com/throughline/throughline/blob/main/docs/lint.md";
  return { ...words, recommended: true, url: `${page}#${name}` };
}
