import { type Finding, type Level, ruleBook } from "@throughline/core/verify";

import { code, text } from "./markdown-text.ts";
import type { Report } from "./report.ts";

/** A comment on a pull request takes 65,536 characters. */
const MOST_FINDINGS = 60;

const signs: Readonly<Record<Level, string>> = {
  violation: "❌",
  improvement: "⚠️",
  information: "ℹ️",
};

export function markdownReport(report: Report): string {
  const { findings, known, allowed, partial, summary } = report;
  const { records, sessions } = summary;
  return `${[
    `## Throughline: ${verdictOf(report)}`,
    `${code(report.subject)}: ${records} records of ${sessions} sessions.${aside(known.length, allowed)}`,
    ...(partial === undefined ? [] : [`> ${text(partial)}`]),
    ...scoreTable(report),
    ...byRule(findings.slice(0, MOST_FINDINGS)),
    ...(findings.length > MOST_FINDINGS
      ? [`And ${findings.length - MOST_FINDINGS} more findings.`]
      : []),
  ].join("\n\n")}\n`;
}

function verdictOf({ counts, summary }: Report): string {
  if (summary.records === 0) return "nothing arrived";
  const { improvement, information, violation } = counts;
  if (violation > 0) return `${violation} violations, ${improvement} improvements`;
  return improvement + information > 0
    ? `the contract is kept; ${improvement} improvements`
    : "the contract is kept";
}

function aside(known: number, allowed: number): string {
  const said = [
    ...(known > 0 ? [`${known} known from the baseline`] : []),
    ...(allowed > 0 ? [`${allowed} allowed`] : []),
  ];
  return said.length === 0 ? "" : ` Not shown: ${said.join(", ")}.`;
}

function scoreTable({ scores }: Report): readonly string[] {
  if (scores.length === 0) return [];
  const rows = scores.map(({ raises, score, service }) => {
    const best = raises[0] === undefined ? "" : `${raises[0].rule}: +${raises[0].by}`;
    return `| ${code(service)} | ${score} | ${best} |`;
  });
  return [
    ["| service | score | would raise it most |", "| --- | ---: | --- |", ...rows].join("\n"),
  ];
}

function byRule(findings: readonly Finding[]): readonly string[] {
  return [...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, own]) => {
    const title = ruleBook.find(({ id }) => id === rule)?.title ?? "";
    return [`### ${rule} ${title}`, "", ...own.map(item)].join("\n");
  });
}

function item({ count, code: where, fix, level, message, name, scope, service }: Finding): string {
  const place = [service, scope, name].filter((part) => part !== "");
  const file =
    where === null
      ? ""
      : `, ${code(`${where.file}${where.line === null ? "" : `:${where.line}`}`)}`;
  return `- ${signs[level]} ${place.map(code).join(" / ")}${file}, ${count} ×: ${text(message)} *${text(fix)}*`;
}
