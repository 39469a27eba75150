import { AssertionError } from "node:assert";

import type { Profile } from "@throughline/core";
import type { TelemetryRecord } from "@throughline/core/record";
import {
  createVerifier,
  everyDialect,
  isAtLeast,
  judge,
  type Allowance,
  type Finding,
  type Level,
  type Policy,
} from "@throughline/core/verify";

import { currentSettings } from "../settings.ts";

/** As in `throughline.verify.json`; without any, the contract as it stands. */
export interface Expectations {
  /** The least level that fails; `violation`. */
  readonly failOn?: Level;
  /** How loud single rules are: `{ C18: "off" }`. */
  readonly rules?: Policy["levels"];
  readonly allow?: readonly Allowance[];
  /** `configure()`'s own otherwise. */
  readonly profile?: Profile;
}

/** An assertion that failed, for any test runner; what was found is data. */
export class ContractError extends AssertionError {
  override readonly name = "ContractError";
  readonly findings: readonly Finding[];

  constructor(message: string, findings: readonly Finding[], stackStartFn: () => unknown) {
    super({
      message,
      actual: findings.map(({ rule, level, name }) => `${rule} ${level}: ${name}`),
      expected: [],
      operator: "expectContract",
      stackStartFn,
    });
    this.findings = findings;
  }
}

/**
 * Throws when records break the contract, by the rules of `throughline verify`. The data is taken as complete: what was
 * started and did not end by now is a finding.
 */
export function expectContract(
  records: Iterable<TelemetryRecord>,
  expectations: Expectations = {},
): void {
  const { failOn = "violation", rules = {}, allow = [] } = expectations;
  const { profile, trustedHosts } = currentSettings();
  const verifier = createVerifier({
    ...everyDialect(expectations.profile ?? profile),
    trustedHosts,
  });
  for (const record of records) verifier.add(record);
  const report = verifier.finish();
  if (report.summary.records === 0) {
    throw new ContractError(`Nothing was told, so nothing is proven. ${onEmptiness}`, [], begun);
  }
  const { findings } = judge(report.findings, { levels: rules, allow });
  const failing = findings.filter(({ level }) => isAtLeast(level, failOn));
  if (failing.length === 0) return;
  const { records: count } = report.summary;
  const head = `${countOf(failing.length, "finding")} in ${countOf(count, "record")}:`;
  throw new ContractError([head, ...failing.map(told)].join("\n\n"), failing, begun);
  function begun(): void {}
}

const onEmptiness =
  "Call capture() before the program under test runs. A program that sets up OpenTelemetry itself puts spanProcessor and " +
  "logRecordProcessor of @throughline/sdk/testing/host last into its lists.";

function told(finding: Finding): string {
  const { code, count, examples, fix, level, message, name, rule, scope, service } = finding;
  const [example] = examples;
  const lines = [
    `${rule} ${level}: ${message}`,
    `  fix: ${fix}`,
    `  ${countOf(count, "time")}: ${name}, of ${scope === "" ? service : `${scope} in ${service}`}`,
  ];
  if (example !== undefined && example.trace_id !== "") {
    lines.push(`  first: span ${example.span_id} of trace ${example.trace_id}`);
  }
  if (code !== null) lines.push(`  at ${code.file}:${code.line ?? 1}`);
  return lines.map(printable).join("\n");
}

/** Names come from whatever the program under test was told. */
function printable(line: string): string {
  return line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, "\u{fffd}");
}

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
