import { ruleBook } from "@throughline/core/verify";

/** docs/rules.md: the rule book of the verifier. */
export function renderRules(): string {
  return `${[opening, ...ruleBook.map(section)].join("\n\n")}\n`;
}

const opening = `# The rules

<!-- Generated from packages/core/src/verify/rules by \`npm run docs\`. -->

What \`throughline verify\` checks, rule by rule: what each asks, what is lost where it is broken, and how to mend it. The level is
the usual one; some rules say less of what is not in your hands (a parent in another process, a foreign span's status), and
\`throughline.verify.json\` sets it anew. [verify.md](verify.md) says how to run it, and \`contract/CONTRACT.md\` is the promise itself.`;

function section({ fix, id, level, meaning, title }: (typeof ruleBook)[number]): string {
  return `## ${id} ${title}\n\n_${level}_\n\n${meaning}\n\n**To mend it:** ${fix}`;
}
