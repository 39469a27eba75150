import { type Finding, type Level, ruleBook } from "@throughline/core/verify";

import { plural } from "../../terminal/format.ts";
import { code, text } from "./markdown-text.ts";
import type { Report } from "./report.ts";

/** A comment on a pull request takes 65,536 characters, and a reader less. */
const PLACES_SHOWN = 5;
const FAULTS_SHOWN = 60;

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
    `${code(report.subject)}: ${plural(records, "record")} of ${plural(sessions, "session")}.${aside(known.length, allowed)}`,
    ...(partial === undefined ? [] : [`> ${text(partial)}`]),
    ...scoreTable(report),
    ...faultLists(findings),
  ].join("\n\n")}\n`;
}

function verdictOf({ counts, summary }: Report): string {
  if (summary.records === 0) return "nothing arrived";
  const { improvement, information, violation } = counts;
  const advice = improvement > 0 ? [plural(improvement, "improvement")] : [];
  if (violation > 0) return [plural(violation, "violation"), ...advice].join(", ");
  const notes = information > 0 ? [`${information} for information`] : [];
  return ["the contract is kept", ...advice, ...notes].join(", ");
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

/** A list a rule: each fault once, with the places it was found at. */
function faultLists(findings: readonly Finding[]): readonly string[] {
  const faults = [
    ...Map.groupBy(findings, ({ fault, fix, level, message, rule }) =>
      JSON.stringify([rule, level, fault, message, fix]),
    ).values(),
  ];
  const rules = Map.groupBy(faults.slice(0, FAULTS_SHOWN), ([first]) => first?.rule ?? "");
  const lists = [...rules].map(([rule, own]) => {
    const title = ruleBook.find(({ id }) => id === rule)?.title ?? "";
    return [`### ${rule} ${title}`, "", ...own.flatMap(faultItem)].join("\n");
  });
  const more = faults.length - FAULTS_SHOWN;
  return more > 0 ? [...lists, `And ${more} more faults.`] : lists;
}

function faultItem(findings: readonly Finding[]): readonly string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { fault, fix, level, message } = first;
  const more = findings.length - PLACES_SHOWN;
  return [
    `- ${signs[level]} **${fault}** ${text(message)} *${text(fix)}*`,
    ...findings.slice(0, PLACES_SHOWN).map(placeItem),
    ...(more > 0 ? [`  - and ${more} more`] : []),
  ];
}

function placeItem({ code: where, count, name, scope, service }: Finding): string {
  const place = [service, scope, name].filter((part) => part !== "");
  const file =
    where === null
      ? ""
      : `, ${code(`${where.file}${where.line === null ? "" : `:${where.line}`}`)}`;
  return `  - ${count} × ${place.map(code).join(" / ")}${file}`;
}
