/** Severities by name, as filters and JSON have them; four numbers each, from 1. */
export const levelNames = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LevelName = (typeof levelNames)[number];

const NUMBERS_A_LEVEL = 4;

/** Undefined for 0, which stands for "not said", and beyond what OTLP knows. */
export function levelNameOf(severityNumber: number): LevelName | undefined {
  return levelNames[Math.floor((severityNumber - 1) / NUMBERS_A_LEVEL)];
}

/** The least severity number of a level. Undefined when it is none. */
export function leastSeverity(level: string): number | undefined {
  const index = levelNames.findIndex((name) => name === level);
  return index < 0 ? undefined : index * NUMBERS_A_LEVEL + 1;
}
