import { contextFields, remedyFor, type Site, taggingOf } from "@throughline/core/inventory";

import { line, type Line, piece, tableLines, type Tone } from "../terminal/line.ts";
import { plural } from "../terminal/format.ts";
import { code, text } from "../verify/report/markdown-text.ts";
import type { CodeSite } from "./source-sites.ts";

/** Every place that emits, and those in the code that were not seen to. */
export interface InventoryReport {
  readonly subject: string;
  readonly sites: readonly Site[];
  /** Undefined where no source was given. */
  readonly unseen: readonly CodeSite[] | undefined;
  /** Calls in the source whose name is made at run time. */
  readonly unnamed: number;
  readonly partial: string | undefined;
}

export function inventoryJson(report: InventoryReport): object {
  const { partial, sites, subject, unnamed, unseen } = report;
  return {
    schema: 1,
    subject,
    sites: sites.map((site) => ({
      ...site,
      tagging: taggingOf(site),
      remedy: remedyFor(site) ?? null,
    })),
    summary: totals(sites),
    ...(unseen === undefined ? {} : { unseen, unnamed }),
    ...(partial === undefined ? {} : { partial }),
  };
}

const tones: Readonly<Record<ReturnType<typeof taggingOf>, Tone>> = {
  tagged: "good",
  partly: "odd",
  untagged: "bad",
};

export function inventoryLines(report: InventoryReport): Line[] {
  const { sites, unnamed, unseen = [] } = report;
  const { records, tagged } = totals(sites);
  const rows = sites.map((site) => [
    site.kind,
    piece(site.name, "name"),
    site.service,
    piece(site.scope, "quiet"),
    String(site.count),
    piece(coverage(site), tones[taggingOf(site)]),
    fieldsOf(site),
    piece(place(site), "quiet"),
  ]);
  return [
    ...(sites.length === 0
      ? []
      : tableLines(["kind", "name", "service", "scope", "count", "session", "has", "code"], rows)),
    ...(unseen.length === 0
      ? []
      : [line(""), line(piece("In the code, and never seen:", "strong"))]),
    ...unseen.map(({ file, kind, line: at, name }) =>
      line(`  ${kind}  `, piece(name, "name"), piece(`  ${file}:${at}`, "quiet")),
    ),
    ...(unnamed > 0
      ? [
          line(
            piece(
              `  ${plural(unnamed, "call")} with a name made at run time: not compared`,
              "quiet",
            ),
          ),
        ]
      : []),
    line(""),
    ...(report.partial === undefined ? [] : [line(piece(report.partial, "odd"))]),
    line(
      `${plural(sites.length, "place")}, ${tagged} tagged throughout; ${plural(records, "record")}`,
    ),
  ];
}

export function inventoryMarkdown(report: InventoryReport): string {
  const { partial, sites, subject, unnamed, unseen } = report;
  const { records, tagged } = totals(sites);
  const gaps = sites.filter((site) => taggingOf(site) !== "tagged");
  return `${[
    "## Emission sites",
    `${code(subject)}: ${sites.length} places, ${tagged} tagged throughout, ${records} records.`,
    ...(partial === undefined ? [] : [`> ${text(partial)}`]),
    [
      "| kind | service | scope | name | code | records | with session | has |",
      "| --- | --- | --- | --- | --- | ---: | ---: | --- |",
      ...sites.map(
        (site) =>
          `| ${site.kind} | ${code(site.service)} | ${code(site.scope)} | ${code(site.name)} | ${code(place(site))} | ${site.count} | ${coverage(site)} | ${fieldsOf(site)} |`,
      ),
    ].join("\n"),
    ...(gaps.length === 0
      ? []
      : [
          "### Gaps",
          gaps
            .map(
              (site) => `- ${code(site.name)} (${coverage(site)}): ${text(remedyFor(site) ?? "")}`,
            )
            .join("\n"),
        ]),
    ...(unseen === undefined || unseen.length === 0
      ? []
      : [
          "### In the code, and never seen",
          unseen
            .map(({ file, line: at, name }) => `- ${code(name)} at ${code(`${file}:${at}`)}`)
            .join("\n"),
        ]),
    ...(unnamed > 0 ? [`${unnamed} calls make their name at run time and were not compared.`] : []),
  ].join("\n\n")}\n`;
}

function totals(sites: readonly Site[]): {
  readonly sites: number;
  readonly tagged: number;
  readonly records: number;
  readonly with_session: number;
} {
  return {
    sites: sites.length,
    tagged: sites.filter((site) => taggingOf(site) === "tagged").length,
    records: sites.reduce((sum, { count }) => sum + count, 0),
    with_session: sites.reduce((sum, site) => sum + site.with_session, 0),
  };
}

/** Rounded down: 100 % are all of them. */
function coverage({ count, with_session }: Site): string {
  return `${Math.floor((with_session / count) * 100)} %`;
}

function fieldsOf({ fields }: Site): string {
  return contextFields.filter((field) => fields[field] > 0).join(" ");
}

function place({ code }: Site): string {
  if (code === null) return "";
  return code.line === null ? code.file : `${code.file}:${code.line}`;
}
