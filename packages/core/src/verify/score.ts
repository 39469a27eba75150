import type { Finding, RuleId, ServiceTally, VerifyReport } from "./finding.ts";

/** How well one service keeps the contract. */
export interface ServiceScore {
  readonly service: string;
  /** 0 to 100. */
  readonly score: number;
  readonly records: number;
  /** What mending one rule alone would add, most first. */
  readonly raises: readonly { readonly rule: RuleId; readonly by: number }[];
}

interface Weight {
  /** What is left of the score when a rule is broken wherever it could be: nothing at 1. */
  readonly takes: number;
  /** What a count of faults is a share of. Undefined where once is enough: then all of it counts. */
  readonly outOf: ((tally: ServiceTally) => number) | undefined;
}

const records = ({ logs, spans }: ServiceTally): number => spans + logs;
const spans = (tally: ServiceTally): number => tally.spans;
const logs = (tally: ServiceTally): number => tally.logs;
const calls = (tally: ServiceTally): number => tally.calls;
const tools = (tally: ServiceTally): number => tally.tools;

/** Records that nobody finds by their session are lost; what is misdescribed is merely harder to use. */
const weights: Readonly<Record<RuleId, Weight>> = {
  C01: { takes: 1, outOf: records },
  C02: { takes: 0.5, outOf: undefined },
  C03: { takes: 0.5, outOf: logs },
  C04: { takes: 1, outOf: records },
  C05: { takes: 0.5, outOf: records },
  C06: { takes: 0.5, outOf: spans },
  C07: { takes: 0.5, outOf: undefined },
  C08: { takes: 0.3, outOf: calls },
  C09: { takes: 0.3, outOf: tools },
  C10: { takes: 0.3, outOf: spans },
  C11: { takes: 0.5, outOf: spans },
  C12: { takes: 1, outOf: spans },
  C13: { takes: 0.3, outOf: undefined },
  C14: { takes: 0.5, outOf: undefined },
  C15: { takes: 1, outOf: spans },
  C16: { takes: 0.3, outOf: calls },
  C17: { takes: 0.3, outOf: spans },
  C18: { takes: 0.1, outOf: undefined },
  C19: { takes: 0.1, outOf: undefined },
  C20: { takes: 0.5, outOf: spans },
};
const ADVICE = 1 / 3;

/**
 * A score for each service: 100 for one that breaks no rule, and each rule takes its weight times the share of records it
 * is broken on from what the others left. Advice takes a third of what a violation takes, information nothing.
 */
export function scoresOf({
  findings,
  summary,
}: Pick<VerifyReport, "findings" | "summary">): readonly ServiceScore[] {
  const byService = Map.groupBy(findings, ({ service }) => service);
  return summary.services
    .map((tally) => scoreOf(tally, byService.get(tally.service) ?? []))
    .toSorted((a, b) => a.score - b.score || (a.service < b.service ? -1 : 1));
}

function scoreOf(tally: ServiceTally, findings: readonly Finding[]): ServiceScore {
  const kept = [...Map.groupBy(findings, ({ rule }) => rule)].map(
    ([rule, own]) => [rule, keptOf(tally, rule, own)] as const,
  );
  const whole = kept.reduce((product, [, each]) => product * each, 100);
  // A rule that takes everything hides the others: without it they show.
  const without = (rule: RuleId): number =>
    kept.reduce((product, [id, each]) => (id === rule ? product : product * each), 100);
  return {
    service: tally.service,
    score: rounded(whole),
    records: records(tally),
    raises: kept
      .map(([rule]) => ({ rule, by: rounded(without(rule) - whole) }))
      .filter(({ by }) => by > 0)
      .toSorted((a, b) => b.by - a.by || (a.rule < b.rule ? -1 : 1)),
  };
}

/** The share of the score that one rule leaves. */
function keptOf(tally: ServiceTally, rule: RuleId, findings: readonly Finding[]): number {
  const { outOf, takes } = weights[rule];
  let left = 1;
  for (const { count, level } of findings) {
    if (level === "information") continue;
    const share = outOf === undefined ? 1 : Math.min(1, count / Math.max(1, outOf(tally)));
    left -= share * takes * (level === "violation" ? 1 : ADVICE);
  }
  return Math.max(left, 1 - takes);
}

function rounded(points: number): number {
  return Math.round(points * 10) / 10;
}
