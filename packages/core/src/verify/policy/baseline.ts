import type { FaultKind, Finding, RuleId } from "../finding.ts";
import { ruleIds } from "../finding.ts";
import { type FileFault, isObject } from "./read-policy.ts";

/** Findings of old that nobody is asked about again. */
export interface Baseline {
  readonly schema: 1;
  readonly findings: readonly Debt[];
}

/** What makes a finding the same one tomorrow: how often it shows depends on what ran. */
export interface Debt {
  readonly rule: RuleId;
  readonly fault: FaultKind;
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly message: string;
}

/** In an order of its own, so that a file in version control changes only where the debt does. */
export function baselineOf(findings: readonly Finding[]): Baseline {
  const debts = new Map(findings.map((finding) => [keyOf(finding), debtOf(finding)]));
  const inOrder = [...debts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { schema: 1, findings: inOrder.map(([, debt]) => debt) };
}

export interface Debts {
  readonly isKnown: (finding: Finding) => boolean;
  /** What is in the file and was not found any more. */
  readonly paid: (found: readonly Finding[]) => readonly Debt[];
}

export function debtsIn({ findings }: Baseline): Debts {
  const debts = new Map(findings.map((debt) => [keyOf(debt), debt]));
  return {
    isKnown: (finding) => debts.has(keyOf(finding)),
    paid(found) {
      const seen = new Set(found.map(keyOf));
      return [...debts].filter(([key]) => !seen.has(key)).map(([, debt]) => debt);
    },
  };
}

/** Reads the parsed JSON of a baseline file. */
export function readBaseline(
  json: unknown,
): { readonly baseline: Baseline } | { readonly faults: readonly FileFault[] } {
  if (!isObject(json) || json["schema"] !== 1 || !Array.isArray(json["findings"]))
    return {
      faults: [{ at: "", message: "This is no baseline; --write-baseline writes one." }],
    };
  const { findings } = json;
  const faults = findings.flatMap((each: unknown, index) =>
    isDebt(each)
      ? []
      : [{ at: `findings[${index}]`, message: "It lacks one of rule, service, scope, name …" }],
  );
  return faults.length > 0
    ? { faults }
    : { baseline: { schema: 1, findings: findings.filter(isDebt) } };
}

const texts = ["fault", "service", "scope", "name", "message"];

function isDebt(value: unknown): value is Debt {
  return (
    isObject(value) &&
    ruleIds.some((rule) => rule === value["rule"]) &&
    texts.every((key) => typeof value[key] === "string")
  );
}

function debtOf({ fault, message, name, rule, scope, service }: Debt): Debt {
  return { rule, fault, service, scope, name, message };
}

function keyOf({ fault, message, name, rule, scope, service }: Debt): string {
  return JSON.stringify([rule, fault, service, scope, name, message]);
}
