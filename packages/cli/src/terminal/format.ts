import type { Cost, Session } from "@throughline/core/session";

/** Numbers and times as people read them; in the time zone of whoever reads. */
export function durationText(ms: number): string {
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms < 1) return ms === 0 ? "0 ms" : `${round(ms * 1_000)} µs`;
  if (ms < 1_000) return `${round(ms)} ms`;
  if (ms < 59_950) return `${round(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  if (seconds < 172_800)
    return `${Math.floor(seconds / 3_600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor(seconds / 3_600) % 24}h`;
}

function round(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return String(Number(value.toFixed(value >= 9.995 ? 1 : 2)));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** 812, 12.3k, 4.1M. */
export function countText(value: number): string {
  if (value < 1_000) return String(value);
  const [scaled, unit] = value < 999_500 ? [value / 1_000, "k"] : [value / 1_000_000, "M"];
  return `${scaled >= 99.5 ? Math.round(scaled) : Number(scaled.toFixed(1))}${unit}`;
}

/** An unknown price is no 0, and a sum that lacks some says so. */
export function costText({ amount, complete, currency }: Cost): string {
  if (amount === null) return "-";
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2;
  const text = amount !== 0 && Math.abs(amount) < 0.000_05 ? "<0.0001" : amount.toFixed(digits);
  return `${complete ? "" : ">="}${currency === "USD" ? `$${text}` : `${text} ${currency}`}`;
}

export function agoText(ms: number): string {
  if (ms < 2_000) return "now";
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s ago`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  return `${Math.floor(ms / 86_400_000)} d ago`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function dateText(ms: number): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return "-";
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${timeText(ms)}`;
}

/** To the second. */
export function timeText(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export function exactTimeText(ms: number): string {
  return `${timeText(ms)}.${String(Math.floor(ms) % 1_000).padStart(3, "0")}`;
}

export function nameOf({ agent, services }: Session): string {
  return agent ?? services.join(", ");
}

export function bytesText(bytes: number): string {
  if (bytes < 1_000_000) return `${round(bytes / 1_000)} kB`;
  return `${round(bytes / 1_000_000)} MB`;
}
