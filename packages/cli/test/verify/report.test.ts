import { readFileSync } from "node:fs";
import {
  createVerifier,
  debtsIn,
  baselineOf,
  everyDialect,
  type Finding,
  judge,
  ruleBook,
  scoresOf,
  type VerifyReport,
} from "@throughline/core/verify";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";

import { recorded, recordings } from "../../../../test/support/recorded-agents.ts";
import { renderLines } from "../../src/terminal/line.ts";
import { prettyReport } from "../../src/verify/report/pretty.ts";
import type { Report } from "../../src/verify/report/report.ts";
import { formOfFile, writeReport } from "../../src/verify/report/write.ts";

const writing = { failOn: "violation", from: "/repo", now: new Date(0) } as const;

function reportOf(found: VerifyReport, known: readonly Finding[] = []): Report {
  const { isKnown, paid } = debtsIn(baselineOf(known));
  const judgement = judge(found.findings, undefined, isKnown);
  return {
    ...judgement,
    subject: "node agent.mjs",
    summary: found.summary,
    scores: scoresOf({ findings: judgement.findings, summary: found.summary }),
    paid: paid(found.findings),
    partial: undefined,
    policyFile: "throughline.verify.json",
  };
}

function verified(name: string): VerifyReport {
  const verifier = createVerifier(everyDialect());
  for (const record of recorded(name)) verifier.add(record);
  return verifier.finish();
}

const reports: readonly (readonly [string, Report])[] = [
  ...recordings().map((name) => [name, reportOf(verified(name))] as const),
  ["an agent whose debt is half known", halfKnown()],
  ["nothing", reportOf(createVerifier().finish())],
];

function halfKnown(): Report {
  const found = verified("codex");
  return reportOf(found, found.findings.slice(0, 70));
}

/** Names that try to break out of wherever they are printed. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "]]>",
    "</failure>",
    "`` | ``",
    "\u001b]0;title\u0007",
    "&#0;",
    "@everyone",
    "\u202e",
    "a\n# b",
  ),
);
const hostileReports = fc
  .array(fc.record({ name: hostile, service: hostile, message: hostile, file: hostile }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((made) =>
    reportOf({
      ...createVerifier().finish(),
      findings: made.map(({ file, message, name, service }) => ({
        rule: "C01",
        level: "violation",
        fault: "missing",
        message,
        fix: message,
        service,
        scope: name,
        name,
        count: 1,
        examples: [{ trace_id: "a".repeat(32), span_id: "b".repeat(16), record_id: "" }],
        code: { file, line: 1, function: name },
      })),
    }),
  );

describe("SARIF", () => {
  const formats = {
    uri: (text: string) => URL.canParse(text),
    "uri-reference": (text: string) => URL.canParse(text, "file:///repo/"),
    "date-time": (text: string) => !Number.isNaN(Date.parse(text)),
  };
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats });
  // It is of draft 4 and uses nothing that later drafts read otherwise, but the name of its own id.
  const { $schema: _, id: __, ...schema } = sarifSchema;
  const isSarif = ajv.compile(schema);

  test.each(reports)("of %s is what the schema of 2.1.0 asks for", (_, report) => {
    const sarif: unknown = JSON.parse(writeReport(report, "sarif", writing));
    isSarif(sarif);
    expect(isSarif.errors ?? []).toEqual([]);
  });

  test("is so whatever telemetry is called", () => {
    fc.assert(
      fc.property(hostileReports, (report) => {
        isSarif(JSON.parse(writeReport(report, "sarif", writing)));
        expect(isSarif.errors ?? []).toEqual([]);
      }),
    );
  });

  interface Sarif {
    readonly runs: readonly [{ readonly results: readonly Result[] }];
  }
  interface Result {
    readonly ruleId: string;
    readonly baselineState?: string;
    readonly partialFingerprints: { readonly [name: string]: string };
    readonly locations: readonly [
      {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
          readonly region: { readonly startLine: number };
        };
      },
    ];
  }
  const resultsOf = (report: Report): readonly Result[] =>
    (JSON.parse(writeReport(report, "sarif", writing)) as Sarif).runs[0].results;

  test("points at the code that an emitter names, and else at the policy file", () => {
    const places = resultsOf(reportOf(verified("codex"))).map(
      ({ locations: [{ physicalLocation }] }) => physicalLocation,
    );
    expect(places).toContainEqual({
      artifactLocation: { uri: "exec/src/lib.rs", uriBaseId: "ROOT" },
      region: { startLine: 257 },
    });
    expect(places.map(({ artifactLocation }) => artifactLocation.uri)).toContain(
      "throughline.verify.json",
    );
  });

  test("makes paths below the folder relative and leaves others as they are", () => {
    const at = (file: string): object | undefined => {
      const report = reportOf(verified("claude-code"));
      const findings = report.findings.map((each) => ({
        ...each,
        code: { file, line: null, function: null },
      }));
      return resultsOf({ ...report, findings })[0]?.locations[0].physicalLocation.artifactLocation;
    };
    expect(at("/repo/src/my agent.ts")).toEqual({ uri: "src/my%20agent.ts", uriBaseId: "ROOT" });
    expect(at("file:///repo/src/a.ts")).toEqual({ uri: "src/a.ts", uriBaseId: "ROOT" });
    expect(at("/usr/lib/a.js")).toEqual({ uri: "file:///usr/lib/a.js" });
  });

  test("says what is known of old, and gives a finding one fingerprint", () => {
    const results = resultsOf(halfKnown());
    expect(results.filter(({ baselineState }) => baselineState === "unchanged")).toHaveLength(70);
    const prints = results.map((result) => result.partialFingerprints["throughline/v1"]);
    expect(new Set(prints).size).toBe(results.length);
    expect(resultsOf(halfKnown())).toEqual(results);
  });
});

describe("JUnit", () => {
  const schema = readFileSync(
    new URL("../../../../test/fixtures/junit/jenkins-junit.xsd", import.meta.url),
    "utf8",
  );
  const errorsIn = async (xml: string): Promise<readonly string[]> => {
    const { errors } = await validateXML({
      xml: [{ fileName: "report.xml", contents: xml }],
      schema: [schema],
    });
    return errors.map(({ message }) => message);
  };

  test.each(reports)("of %s is what Jenkins' schema asks for", async (_, report) => {
    expect(await errorsIn(writeReport(report, "junit", writing))).toEqual([]);
  });

  test("is well-formed whatever telemetry is called", async () => {
    const some = fc.sample(hostileReports, { numRuns: 20, seed: 7 });
    for (const report of some)
      expect(await errorsIn(writeReport(report, "junit", writing))).toEqual([]);
  });

  test("has a test a rule for each service, and fails those that --fail-on fails", () => {
    const report = reportOf(verified("claude-code-two-turns"));
    const xml = writeReport(report, "junit", writing);
    expect(xml.match(/<testcase /g)).toHaveLength(ruleBook.length);
    expect([...xml.matchAll(/name="(C\d\d) [^"]*" time="0">/g)].map(([, rule]) => rule)).toEqual([
      "C03",
      "C07",
      "C08",
    ]);
    const lenient = writeReport(report, "junit", { ...writing, failOn: "never" });
    expect(lenient).toContain('failures="0"');
    expect(lenient).toContain("C03 violation");
  });
});

describe("Markdown", () => {
  test.each(reports)("of %s fits a comment", (_, report) => {
    const text = writeReport(report, "markdown", writing);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/^## Throughline: /);
  });

  test("keeps every finding on its own line, and wakes nobody", () => {
    fc.assert(
      fc.property(hostileReports, (report) => {
        const text = writeReport(report, "markdown", writing);
        const places = text.split("\n").filter((each) => each.startsWith("  - "));
        expect(places).toHaveLength(report.findings.length);
        expect(text.split("\n").filter((each) => each.startsWith("# "))).toEqual([]);
      }),
    );
    const [report] = fc.sample(hostileReports, 1);
    const findings = report?.findings.map((each) => ({
      ...each,
      message: "@everyone <b>look</b>",
    }));
    expect(
      report && writeReport({ ...report, findings: findings ?? [] }, "markdown", writing),
    ).toContain("@\u200beveryone \\<b\\>look\\</b\\>");
  });
});

// oxlint-disable-next-line no-control-regex
const driving = /[\u0000-\u001f\u007f-\u009f\u202e]/;

describe("the report for a terminal", () => {
  const plain = (report: Report): string =>
    renderLines(prettyReport(report, 100), { colour: false, columns: 100 });

  test("says who, where, what to do, and how it stands; the worst first", () => {
    const text = plain(reportOf(verified("claude-code-two-turns")));
    expect([...text.matchAll(/^[✗!i] (C\d\d)/gm)].map(([, rule]) => rule)).toEqual(
      ["C03", "C07", "C08", "C14", "C18"].filter((rule) => text.includes(rule)),
    );
    expect(text).toContain("6 × plugin_loaded");
    expect(text).toMatch(/do: Emit it in the context[^.]*\(s\.run, s\.log\)\.\n/);
    expect(text).toMatch(/\d+\.\d \/ 100 {2}claude-code {2}most to gain: /);
    expect(text).toMatch(/\d+ violations.*records of 2 sessions/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  test("says nothing arrived, and that all is well", () => {
    expect(plain(reportOf(createVerifier().finish()))).toBe("Nothing arrived.\n");
  });

  test("can't be driven by telemetry", () => {
    fc.assert(
      fc.property(hostileReports, (report) => {
        expect(plain(report).replaceAll("\n", "")).not.toMatch(driving);
      }),
    );
  });
});

test.each([
  ["out/report.sarif", "sarif"],
  ["junit.xml", "junit"],
  ["PR.MD", "markdown"],
  ["a.json", "json"],
  ["a.html", undefined],
])("%s is written as %s", (path, form) => expect(formOfFile(path)).toBe(form));
