import type { Session } from "@throughline/core/session";

function two(value: number): string {
  return String(value).padStart(2, "0");
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
