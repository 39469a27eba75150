import { hash } from "node:crypto";
import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { baselineOf, type Finding, type Level, ruleBook } from "@throughline/core/verify";

import { version } from "../../version.ts";
import type { Report } from "./report.ts";

const levels: Readonly<Record<Level, string>> = {
  violation: "error",
  improvement: "warning",
  information: "note",
};

/** SARIF 2.1.0, as code hosts read it: a finding stands at its code where its emitter says `code.*`. */
export function sarifReport(report: Report, from: string): object {
  const { findings, known, policyFile, subject } = report;
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Throughline",
            version: version(),
            rules: ruleBook.map(({ fix, id, level, meaning, title }) => ({
              id,
              name: title,
              shortDescription: { text: title },
              fullDescription: { text: meaning },
              help: { text: fix },
              defaultConfiguration: { level: levels[level] },
            })),
          },
        },
        automationDetails: { id: `throughline-verify/${subject}` },
        originalUriBaseIds: { ROOT: { description: { text: "Where verify ran." } } },
        results: [
          ...findings.map((finding) => result(finding, policyFile, from)),
          ...known.map((finding) => ({
            ...result(finding, policyFile, from),
            baselineState: "unchanged",
            suppressions: [{ kind: "external", justification: "Listed in the baseline." }],
          })),
        ],
      },
    ],
  };
}

function result(finding: Finding, policyFile: string, from: string): object {
  const { count, examples, fault, fix, level, message, name, rule, scope, service } = finding;
  const where = [service, scope, name].filter((part) => part !== "").join(" / ");
  return {
    ruleId: rule,
    ruleIndex: ruleBook.findIndex(({ id }) => id === rule),
    level: levels[level],
    message: { text: `${message} ${fix} (${where}, ${count} ×)` },
    locations: [location(finding, where, policyFile, from)],
    partialFingerprints: { "throughline/v1": fingerprint(finding) },
    occurrenceCount: count,
    properties: { fault, service, scope, name, examples },
  };
}

/** Code hosts refuse results without a file: what says none stands at the file that could allow it. */
function location({ code }: Finding, where: string, policyFile: string, from: string): object {
  return {
    physicalLocation: {
      artifactLocation: artifact(code?.file ?? policyFile, from),
      region: { startLine: Math.max(1, code?.line ?? 1) },
    },
    logicalLocations: [
      { fullyQualifiedName: where, ...(code?.function ? { name: code.function } : {}) },
    ],
  };
}

function artifact(file: string, from: string): object {
  const path = pathOf(file);
  const inside = isAbsolute(path) ? relative(from, path) : path;
  if (inside.startsWith("..") || isAbsolute(inside)) return { uri: `file://${encoded(path)}` };
  return { uri: encoded(inside), uriBaseId: "ROOT" };
}

function pathOf(file: string): string {
  if (!file.startsWith("file:")) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file.slice("file:".length);
  }
}

function encoded(path: string): string {
  return path
    .split(sep === "\\" ? /[\\/]/ : "/")
    .map(encodeSafely)
    .join("/");
}

/** Emitters may send half a character. */
function encodeSafely(segment: string): string {
  return encodeURIComponent(segment.toWellFormed());
}

/** The same for a finding as long as the baseline takes it for the same. */
function fingerprint(finding: Finding): string {
  return hash("sha256", JSON.stringify(baselineOf([finding]).findings)).slice(0, 32);
}
