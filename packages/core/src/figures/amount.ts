/** 812, 12.3k, 4.1M. */
export function briefText(value: number): string {
  // What would be read as 1000 is 1k, and what would be 1000k a million.
  if (value < 999.95) return String(tenths(value));
  const [scaled, unit] = value < 999_500 ? [value / 1_000, "k"] : [value / 1_000_000, "M"];
  return `${scaled >= 99.5 ? Math.round(scaled) : tenths(scaled)}${unit}`;
}

/** 812 B, 12.3 kB, 4.1 MB. */
export function bytesText(bytes: number): string {
  return briefText(bytes).replace(/[kM]?$/, (unit) => ` ${unit}B`);
}

interface Cost {
  readonly amount: number | null;
  readonly currency: string;
  readonly complete: boolean;
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ["USD", "$"],
  ["EUR", "€"],
]);

/** An unknown price is never 0, and a sum that lacks some says so. */
export function costText({ amount, complete, currency }: Cost): string {
  if (amount === null) return "–";
  const tiny = amount !== 0 && Math.abs(amount) < 0.000_05;
  const text = tiny ? "0.0001" : amount.toFixed(amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2);
  const sign = SIGNS.get(currency);
  const said = sign === undefined ? `${text} ${currency}` : sign + text;
  return `${complete ? "" : "≥ "}${tiny ? "<" : ""}${said}`;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
