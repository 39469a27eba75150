import {
  createVerifier,
  everyDialect,
  type Finding,
  ruleBook,
  scoresOf,
  type VerifyReport,
} from "@throughline/core/verify";

import { aboutRecording, recorded, recordings } from "../../test/support/recorded-agents.ts";

/** docs/agents-findings.md: what the recordings in test/fixtures/agents break of the contract. */
export function renderAgentsFindings(): string {
  const names = recordings();
  return `${[opening, glance(names), ...names.map(section)].join("\n\n")}\n`;
}

const opening = `# What coding agents break

<!-- Generated from test/fixtures/agents by \`npm run docs\`; record again with \`npm run record:agents\`. -->

What the verifier finds in the telemetry of real releases of coding agents, as they were recorded (see [agents.md](agents.md)). The
agents promise none of this: the page says what to expect of them, and why a session view needs more than one key. Levels
are the usual ones; [rules.md](rules.md) explains the rules, and \`throughline verify -- claude -p "say hi"\` asks the release on your machine.`;

function verified(name: string): VerifyReport {
  const verifier = createVerifier(everyDialect());
  for (const record of recorded(name)) verifier.add(record);
  return verifier.finish();
}

function glance(names: readonly string[]): string {
  const rows = names.map((name) => {
    const { findings, summary } = verified(name);
    const [score] = scoresOf({ findings, summary });
    const broken = new Set(
      findings.filter(({ level }) => level === "violation").map(({ rule }) => rule),
    );
    const cells = [
      `[${titleOf(name)}](#${name.replaceAll(/[^a-z0-9-]/g, "")})`,
      String(summary.records),
      `${summary.membership.carried} / ${summary.records}`,
      [...broken].join(", ") || "none",
      String(score?.score ?? 100),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| recording | records | with a session of their own | rules violated | score |",
    "| --- | ---: | ---: | --- | ---: |",
    ...rows,
  ].join("\n");
}

function titleOf(name: string): string {
  const { agent, version } = aboutRecording(name);
  return `${agent} ${version}${name.endsWith("-two-turns") ? ", two prompts" : ""}`;
}

function section(name: string): string {
  const { package: packageName, recorded: day, version } = aboutRecording(name);
  const { findings, summary } = verified(name);
  const [score] = scoresOf({ findings, summary });
  const gain = score?.raises.map(({ by, rule }) => `${rule} +${by}`).slice(0, 3) ?? [];
  const alike = Map.groupBy(findings, ({ level, message, rule }) => `${rule} ${level} ${message}`);
  return [
    `## ${name}`,
    `${titleOf(name)} (\`${packageName}@${version}\`), recorded ${day}: ${summary.spans} spans, ${summary.logs} log records. Score ${score?.score ?? 100} of 100; ${gain.length === 0 ? "nothing to gain" : `most to gain: ${gain.join(", ")}`}.`,
    [
      "| rule | level | records | what is wrong | where |",
      "| --- | --- | ---: | --- | --- |",
      ...[...alike.values()].map(row),
    ].join("\n"),
  ].join("\n\n");
}

const PLACES = 3;

function row(findings: readonly Finding[]): string {
  const [first] = findings;
  if (first === undefined) return "";
  const { level, message, rule } = first;
  const title = ruleBook.find(({ id }) => id === rule)?.title ?? "";
  const records = findings.reduce((sum, { count }) => sum + count, 0);
  const places = findings
    .slice(0, PLACES)
    .map(({ name }) => `\`${name}\``)
    .join(", ");
  const more = findings.length > PLACES ? ` and ${findings.length - PLACES} more` : "";
  return `| [${rule}](rules.md#${anchor(`${rule} ${title}`)}) | ${level} | ${records} | ${message} | ${places}${more} |`;
}

/** As code hosts name headings. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");
}
