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

/** Else the first such word of the line; one that is part of another (`no-error-yet`) is none. */
const A_WORD = /(?<![\w-])(error|err|warn|warning|critical|fatal|debug|info|trace)(?![\w-])/i;

/** `detected_level`: what the record says of its level, else its severity's number, else what its line says. */
export function detectedLevel(record: LogRecord, line: string): string {
  const { attributes, severityNumber, severityText } = record;
  for (const key of LEVEL_KEYS) {
    const said = attributes[key];
    if (said !== undefined && said !== null) return levelNamed(textOf(said)) ?? textOf(said);
  }
  if (severityText !== "") return levelNamed(severityText) ?? severityText;
  if (severityNumber >= 1 && severityNumber <= 24)
    return BY_NUMBER[Math.floor((severityNumber - 1) / 4)] ?? "unknown";
  const looked = line.slice(0, LOOKED_AT);
  const [, named = ""] = IN_LINE.exec(looked) ?? [];
  const [, word = ""] = levelNamed(named) === undefined ? (A_WORD.exec(looked) ?? []) : [];
  return levelNamed(named) ?? levelNamed(word) ?? "unknown";
}

function levelNamed(word: string): string | undefined {
  return LEVELS.find(([, words]) => words.test(word))?.[0];
}
