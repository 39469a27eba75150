import type { Level } from "@throughline/core/verify";

import { terminalJson } from "../../terminal/foreign.ts";
import { renderLines } from "../../terminal/line.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { prettyReport } from "./pretty.ts";
import type { Report, ReportForm } from "./report.ts";
import { sarifReport } from "./sarif.ts";

export interface Writing {
  readonly failOn: Level | "never";
  /** Where files are relative to. */
  readonly from: string;
  readonly now: Date;
}

/** A report as the text of a file. */
export function writeReport(report: Report, form: ReportForm, writing: Writing): string {
  return writers[form](report, writing);
}

const writers: Readonly<Record<ReportForm, (report: Report, writing: Writing) => string>> = {
  pretty: (report) =>
    renderLines(prettyReport(report, undefined), { colour: false, columns: undefined }),
  json: (report) => `${terminalJson(jsonReport(report), 2)}\n`,
  sarif: (report, { from }) => `${terminalJson(sarifReport(report, from), 2)}\n`,
  junit: (report, { failOn, now }) => junitReport(report, failOn, now),
  markdown: (report) => markdownReport(report),
};

const endings: Readonly<Record<string, ReportForm>> = {
  ".sarif": "sarif",
  ".xml": "junit",
  ".md": "markdown",
  ".json": "json",
  ".txt": "pretty",
};

/** Which form a file's name asks for: `report.sarif`, `report.xml` ... */
export function formOfFile(path: string): ReportForm | undefined {
  const found = Object.keys(endings).find((ending) => path.toLowerCase().endsWith(ending));
  return found === undefined ? undefined : endings[found];
}

export const reportEndings: string = Object.keys(endings).join(", ");
