/** Numbers and times as people read them. All pure; the same everywhere on the page. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "";
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 1) return ms === 0 ? "0 ms" : `${significant(ms * 1_000)} µs`;
  if (ms < second) return `${significant(ms)} ms`;
  if (ms < 59_950) return `${significant(ms / second)} s`;
  const whole = Math.round(ms / second);
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 172_800) return `${Math.floor(whole / 3_600)}h ${two(Math.floor(whole / 60) % 60)}m`;
  return `${Math.floor(whole / 86_400)}d ${Math.floor(whole / 3_600) % 24}h`;
}

function significant(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return String(Number(value.toFixed(value >= 9.995 ? 1 : 2)));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function count(value: number): string {
  return value.toLocaleString("en-US").replaceAll(",", "\u202f");
}

/** 812, 12.3k, 4.1M. */
export function brief(value: number): string {
  if (value < 1_000) return String(Math.round(value * 10) / 10);
  if (value < 999_500) return `${shortened(value / 1_000)}k`;
  return `${shortened(value / 1_000_000)}M`;
}

function shortened(value: number): string {
  return value >= 99.5 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
}

export interface Amount {
  readonly amount: number | null;
  readonly currency: string;
  readonly complete: boolean;
}

/** An unknown price is never 0, and a partial sum says that it is one. */
export function money({ amount, complete, currency }: Amount): string {
  if (amount === null) return "–";
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2;
  const text = amount !== 0 && Math.abs(amount) < 0.00005 ? "<0.0001" : amount.toFixed(digits);
  const sign = currency === "USD" ? "$" : currency === "EUR" ? "€" : "";
  return `${complete ? "" : "≥ "}${sign === "" ? `${text} ${currency}` : sign + text}`;
}

/** 3 s ago, 12 min ago, 5 h ago, 3 d ago. */
export function ago(ms: number): string {
  if (ms < 2 * second) return "now";
  if (ms < minute) return `${Math.floor(ms / second)} s ago`;
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < 48 * hour) return `${Math.floor(ms / hour)} h ago`;
  return `${Math.floor(ms / (24 * hour))} d ago`;
}

/** In the reader's own time zone. */
export function clockTime(ms: number, parts: "time" | "date" | "both" | "exact" = "both"): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return "";
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  if (parts === "date") return date;
  if (parts === "time") return time;
  if (parts === "both") return `${date} ${time}`;
  return `${date} ${time}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  return size < 1_000_000 ? `${shortened(size / 1_000)} kB` : `${shortened(size / 1_000_000)} MB`;
}
