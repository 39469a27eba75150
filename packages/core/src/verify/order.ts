import type { Finding, FindingCounts, Level } from "./finding.ts";

const loudness: Readonly<Record<Level, number>> = { violation: 0, improvement: 1, information: 2 };

/** Levels by loudness, then rules, then how often. */
export function worstFirst(a: Finding, b: Finding): number {
  return (
    loudness[a.level] - loudness[b.level] ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : b.count - a.count)
  );
}

/** Whether a level is at least as loud as another. */
export function isAtLeast(level: Level, least: Level): boolean {
  return loudness[level] <= loudness[least];
}

export function countLevels(findings: readonly Finding[]): FindingCounts {
  const counts = { violation: 0, improvement: 0, information: 0 };
  for (const { level } of findings) counts[level]++;
  return counts;
}
