/** Numbers with units: durations in nanoseconds, sizes in bytes. Read from queries and from the values of labels. */

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
  d: 86_400e9,
  w: 604_800e9,
  y: 31_536_000e9,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|[smhdwy])/y;

/** As nanoseconds 292 years. */
const MAX_INT64 = 2 ** 63;

/** The end of the duration that starts at `at`, or `at` where none does. */
export function durationEnd(text: string, at: number): number {
  let end = at;
  PART.lastIndex = at;
  while (PART.test(text)) end = PART.lastIndex;
  return end;
}

/** `1h30m`, `-1.5s`, `0`. Undefined for anything else, and for what is longer than 292 years. */
export function parseDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const start = /^[+-]/.test(text) ? 1 : 0;
  if (text.slice(start) === "0") return 0;
  if (start === text.length || durationEnd(text, start) !== text.length) return undefined;
  let total = 0;
  for (const [, digits = "", unit = ""] of text.slice(start).matchAll(new RegExp(PART, "g")))
    total += Math.round(Number(digits) * (NANOSECONDS[unit] ?? 0));
  return total < MAX_INT64 ? sign * total : undefined;
}

const WRITTEN_UNITS = [
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1_000n],
  ["ns", 1n],
] as const;

/** The shortest text in whole units that reads back as the same number of nanoseconds. */
export function writeDuration(nanoseconds: number): string {
  let rest = BigInt(Math.trunc(Math.abs(nanoseconds)));
  if (rest === 0n) return "0s";
  // Beyond 2^53 a sum of parts would round differently from the whole.
  if (rest > BigInt(Number.MAX_SAFE_INTEGER)) return `${nanoseconds < 0 ? "-" : ""}${rest}ns`;
  let text = nanoseconds < 0 ? "-" : "";
  for (const [unit, size] of WRITTEN_UNITS) {
    if (rest >= size) text += `${rest / size}${unit}`;
    rest %= size;
  }
  return text;
}

/** As Go writes a duration, and so Tempo: `1m35.5s`, `4ms`, `150.5µs`. Parts of a nanosecond are cut off. */
export function goDuration(nanoseconds: number): string {
  const whole = BigInt(Math.trunc(Math.abs(nanoseconds)));
  const sign = nanoseconds < 0 && whole > 0n ? "-" : "";
  if (whole === 0n) return "0s";
  if (whole < 1_000n) return `${sign}${whole}ns`;
  if (whole < 1_000_000n) return `${sign}${decimal(whole, 1_000n)}µs`;
  if (whole < 1_000_000_000n) return `${sign}${decimal(whole, 1_000_000n)}ms`;
  const hours = whole / 3_600_000_000_000n;
  const minutes = (whole / 60_000_000_000n) % 60n;
  const above = hours > 0n ? `${hours}h${minutes}m` : minutes > 0n ? `${minutes}m` : "";
  return `${sign}${above}${decimal(whole % 60_000_000_000n, 1_000_000_000n)}s`;
}

/** With as many digits after the point as it has. */
function decimal(value: bigint, unit: bigint): string {
  const digits = String(value % unit)
    .padStart(String(unit).length - 1, "0")
    .replace(/0+$/, "");
  return digits === "" ? String(value / unit) : `${value / unit}.${digits}`;
}

const PREFIXES = "kmgtpe";
const BYTES = /^(\d+\.?\d*|\.\d+) *([kmgtpe]?)(i?)(b?)$/i;

/** `5MB`, `1.5KiB`, `20B`, `3k`: powers of 1000, or of 1024 with an `i`. */
export function parseBytes(text: string): number | undefined {
  const [, digits, prefix = "", binary = ""] = BYTES.exec(text.trim()) ?? [];
  if (digits === undefined || (binary !== "" && prefix === "")) return undefined;
  const power = prefix === "" ? 0 : PREFIXES.indexOf(prefix.toLowerCase()) + 1;
  const bytes = Math.floor(Number(digits) * (binary === "" ? 1000 : 1024) ** power);
  return bytes < MAX_INT64 ? bytes : undefined;
}
