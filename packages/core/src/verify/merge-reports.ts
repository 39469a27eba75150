import { type CodeLocation, firstInCode } from "../code-location.ts";
import type { Finding, ServiceTally, Summary, VerifyReport } from "./finding.ts";
import { countLevels, worstFirst } from "./order.ts";

const EXAMPLES_KEPT = 5;

/** Reports of several sessions as one: the same fault of the same place is one finding. */
export function mergeReports(reports: readonly VerifyReport[]): VerifyReport {
  const found = Map.groupBy(
    reports.flatMap(({ findings }) => findings),
    ({ fault, level, message, name, rule, scope, service }) =>
      JSON.stringify([rule, level, fault, service, scope, name, message]),
  );
  const findings = [...found.values()].flatMap(asOne).toSorted(worstFirst);
  const summaries = reports.map(({ summary }) => summary);
  const sum = (of: (summary: Summary) => number): number =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  return {
    findings,
    summary: {
      records: sum(({ records }) => records),
      spans: sum(({ spans }) => spans),
      logs: sum(({ logs }) => logs),
      sessions: sum(({ sessions }) => sessions),
      membership: {
        carried: sum(({ membership }) => membership.carried),
        inherited: sum(({ membership }) => membership.inherited),
        joined: sum(({ membership }) => membership.joined),
        linked: sum(({ membership }) => membership.linked),
        none: sum(({ membership }) => membership.none),
      },
      findings: countLevels(findings),
      services: servicesOf(summaries.flatMap(({ services }) => services)),
      late: sum(({ late }) => late),
      decided_early: sum(({ decided_early }) => decided_early),
    },
  };
}

function asOne([first, ...more]: readonly Finding[]): readonly Finding[] {
  if (first === undefined) return [];
  if (more.length === 0) return [first];
  const all = [first, ...more];
  return [
    {
      ...first,
      count: all.reduce((sum, { count }) => sum + count, 0),
      examples: all.flatMap(({ examples }) => examples).slice(0, EXAMPLES_KEPT),
      code: all.reduce<CodeLocation | null>(
        (first, { code }) => (code === null ? first : firstInCode(first, code)),
        null,
      ),
    },
  ];
}

function servicesOf(tallies: readonly ServiceTally[]): readonly ServiceTally[] {
  const sum = (own: readonly ServiceTally[], key: Exclude<keyof ServiceTally, "service">): number =>
    own.reduce((total, tally) => total + tally[key], 0);
  return [...Map.groupBy(tallies, ({ service }) => service)]
    .map(([service, own]) => ({
      service,
      spans: sum(own, "spans"),
      logs: sum(own, "logs"),
      calls: sum(own, "calls"),
      tools: sum(own, "tools"),
    }))
    .toSorted((a, b) => (a.service < b.service ? -1 : 1));
}
