const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** With a zone, or as a date alone (midnight UTC): a local time would mean something else on every machine. */
const rfc3339 =
  /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;
const relative = /^(?:now-)?(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;

/** What `parseTime` takes, for messages. */
export const timeForms = `a duration back from now (15m, 2h, 7d), "now", RFC 3339, or an epoch in s, ms, us or ns`;

/**
 * Epoch milliseconds of a point in time as people and tools write it; undefined when it is none.
 * Epochs are told apart by size: whole seconds have 10 digits until the year 2286, and each unit below three more.
 */
export function parseTime(text: string, now: number): number | undefined {
  if (text === "now") return now;
  const back = relative.exec(text);
  if (back !== null) return clamp(now - Number(back[1]) * (unitMs[back[2] ?? ""] ?? 0));
  if (/^\d{1,19}(\.\d+)?$/.test(text)) return clamp(epoch(text));
  if (!rfc3339.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function epoch(text: string): number {
  const digits = text.split(".", 1)[0] ?? "";
  if (digits.length <= 11) return Number(text) * 1_000;
  if (digits.length <= 14) return Number(text);
  // By their digits: nanoseconds are more than a number holds exactly.
  return Number(digits.slice(0, digits.length <= 17 ? -3 : -6));
}

function clamp(ms: number): number {
  return Math.max(0, Math.floor(ms));
}
