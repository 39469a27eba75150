import { hostname } from "node:os";
import { type Finding, isAtLeast, type Level, ruleBook } from "@throughline/core/verify";

import type { Report } from "./report.ts";

/**
 * JUnit's XML, in the shape that both Jenkins' and Ant's schemas take: a service is a suite, a rule a test. What `--fail-on`
 * does not fail is told in the suite's output.
 */
export function junitReport(report: Report, failOn: Level | "never", now: Date): string {
  const services = [
    ...new Set([
      ...report.summary.services.map(({ service }) => service),
      ...report.findings.map(({ service }) => service),
    ]),
  ];
  const suites = services.map((service, id) => {
    const own = report.findings.filter((finding) => finding.service === service);
    return suite(service, id, own, failOn, now);
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function suite(
  service: string,
  id: number,
  findings: readonly Finding[],
  failOn: Level | "never",
  now: Date,
): string {
  const fails = (finding: Finding): boolean =>
    failOn !== "never" && isAtLeast(finding.level, failOn);
  const failing = Map.groupBy(findings.filter(fails), ({ rule }) => rule);
  const advice = findings.filter((finding) => !fails(finding));
  const name = service === "" ? "(no service)" : service;
  const attributes = [
    ["name", name],
    ["package", "throughline"],
    ["id", String(id)],
    ["hostname", hostname()],
    ["timestamp", now.toISOString().slice(0, 19)],
    ["tests", String(ruleBook.length)],
    ["failures", String(failing.size)],
    ["errors", "0"],
    ["time", "0"],
  ] as const;
  const tests = ruleBook.map((rule) => {
    const test = `    <testcase classname="${xml(name)}" name="${xml(`${rule.id} ${rule.title}`)}" time="0"`;
    const own = failing.get(rule.id);
    return own === undefined ? `${test}/>\n` : `${test}>\n${failure(own)}    </testcase>\n`;
  });
  return [
    `  <testsuite ${attributes.map(([key, value]) => `${key}="${xml(value)}"`).join(" ")}>\n`,
    `    <properties>\n      <property name="throughline.fail-on" value="${failOn}"/>\n    </properties>\n`,
    ...tests,
    `    <system-out>${xml(advice.map(told).join("\n"))}</system-out>\n`,
    "    <system-err></system-err>\n",
    "  </testsuite>\n",
  ].join("");
}

function failure(findings: readonly Finding[]): string {
  const records = findings.reduce((sum, { count }) => sum + count, 0);
  const [{ fault, message } = { fault: "", message: "" }] = findings;
  const head = findings.length === 1 ? message : `${message} And ${findings.length - 1} more.`;
  const attributes = `type="${xml(fault)}" message="${xml(`${records} × ${head}`)}"`;
  return `      <failure ${attributes}>${xml(findings.map(told).join("\n\n"))}</failure>\n`;
}

function told({ code, count, examples, fix, level, message, name, rule, scope }: Finding): string {
  const [example] = examples;
  return [
    `${rule} ${level}: ${message}`,
    `  at ${name}${scope === "" ? "" : ` (${scope})`}, ${count} ×`,
    ...(code === null ? [] : [`  in ${code.file}${code.line === null ? "" : `:${code.line}`}`]),
    `  do ${fix}`,
    ...(example?.trace_id ? [`  e.g. trace ${example.trace_id} span ${example.span_id}`] : []),
  ].join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Telemetry may hold what XML 1.0 has no way to write: it is left out. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
