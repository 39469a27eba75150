import type { TelemetryRecord } from "@throughline/core/record";
import {
  createVerifier,
  type FaultKind,
  type Finding,
  type Level,
  type RuleId,
  type Series,
  type VerifierOptions,
} from "@throughline/core/verify";
import { describe, expect, test } from "vitest";

export interface Given {
  /** What it is, with the number of the bug where there is one. */
  readonly name: string;
  readonly records: readonly TelemetryRecord[];
  /** The session whose door a record came in through. */
  readonly door?: (record: TelemetryRecord) => string | undefined;
  readonly series?: readonly Series[];
  readonly options?: VerifierOptions;
}

export interface Broken extends Given {
  readonly fault: FaultKind;
  /** The culprits' names, each once. */
  readonly at: readonly string[];
  readonly level?: Level;
  readonly says?: RegExp;
}

export function verify(given: Omit<Given, "name">): readonly Finding[] {
  const verifier = createVerifier(given.options);
  for (const record of given.records) verifier.add(record, { door: given.door?.(record) });
  for (const series of given.series ?? []) verifier.addSeries(series);
  return verifier.finish().findings;
}

/** What breaks a rule is reported under it and no other; what keeps it gives no finding at all. */
export function casesOf(
  rule: RuleId,
  cases: { readonly breaks: readonly Broken[]; readonly keeps: readonly Given[] },
): void {
  test(`${rule} has three cases of each and more`, () => {
    expect(cases.breaks.length).toBeGreaterThanOrEqual(3);
    expect(cases.keeps.length).toBeGreaterThanOrEqual(3);
  });
  describe(`${rule} is broken by`, () => {
    test.each(cases.breaks)("$name", (broken) => {
      const findings = verify(broken);
      expect(new Set(findings.map((finding) => finding.rule))).toEqual(new Set([rule]));
      expect(new Set(findings.map((finding) => finding.name))).toEqual(new Set(broken.at));
      for (const finding of findings) {
        expect(finding.fault).toBe(broken.fault);
        expect(finding.level).toBe(broken.level ?? "violation");
        if (broken.says !== undefined) expect(finding.message).toMatch(broken.says);
      }
    });
  });
  describe(`${rule} is kept by`, () => {
    test.each(cases.keeps)("$name", (kept) => {
      expect(verify(kept)).toEqual([]);
    });
  });
}
