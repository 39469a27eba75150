import type { LogRecord } from "@throughline/core/record";
import { textOf } from "./text.ts";

/** Attributes that name a level, in the order Loki documents. */
const LEVEL_KEYS = [
  "level",
  "LEVEL",
  "Level",
  "Severity",
  "severity",
  "SEVERITY",
  "lvl",
  "LVL",
  "Lvl",
  "severity_text",
];

const LEVELS: readonly (readonly [level: string, words: RegExp])[] = [
  ["trace", /^(?:trace|trc)$/i],
  ["debug", /^(?:debug|dbg)$/i],
  ["info", /^(?:info|inf|information)$/i],
  ["warn", /^(?:warn|wrn|warning)$/i],
  ["error", /^(?:error|err)$/i],
  ["critical", /^critical$/i],
  ["fatal", /^fatal$/i],
];

const BY_NUMBER = ["trace", "debug", "info", "warn", "error", "fatal"];

/** A level named in a line that is JSON or logfmt. */
const IN_LINE = /(?:^|[\s{,])"?(?:level|severity|lvl)"?\s*[=:]\s*"?([A-Za-z]+)/i;
const LOOKED_AT = 4_096;

/** `detected_level`: what the record says of its level, else what its line says. */
export function detectedLevel(record: LogRecord, line: string): string {
  for (const key of LEVEL_KEYS) {
    const said = record.attributes[key];
    if (said !== undefined && said !== null) return levelNamed(textOf(said)) ?? textOf(said);
  }
  const { severityNumber, severityText } = record;
  if (severityNumber >= 1 && severityNumber <= 24)
    return BY_NUMBER[Math.floor((severityNumber - 1) / 4)] ?? "unknown";
  const [, word = severityText] = IN_LINE.exec(line.slice(0, LOOKED_AT)) ?? [];
  return levelNamed(severityText) ?? levelNamed(word) ?? "unknown";
}

function levelNamed(word: string): string | undefined {
  return LEVELS.find(([, words]) => words.test(word))?.[0];
}
