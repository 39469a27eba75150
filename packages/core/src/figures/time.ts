const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 635 µs, 19.7 ms, 8.3 s, 2m 05s, 1h 20m, 3d 4h: what a person compares at a glance. Nothing where there is no number. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return "";
  if (ms < 0) return `−${durationText(-ms)}`;
  // What would be read as 1000 µs is 1 ms, and what would be 60.0 s a minute.
  if (ms < 0.999_5) return ms === 0 ? "0 ms" : `${significant(ms * 1_000)} µs`;
  if (ms < 999.5) return `${significant(ms)} ms`;
  if (ms < 59_950) return `${significant(ms / SECOND)} s`;
  const whole = Math.round(ms / SECOND) * SECOND;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m ${two((whole % MINUTE) / SECOND)}s`;
  if (whole < 2 * DAY)
    return `${Math.floor(whole / HOUR)}h ${two(Math.floor((whole % HOUR) / MINUTE))}m`;
  return `${Math.floor(whole / DAY)}d ${Math.floor((whole % DAY) / HOUR)}h`;
}

/** now, 3 s ago, 12 min ago, 5 h ago, 3 d ago. */
export function agoText(ms: number): string {
  if (ms < 2 * SECOND) return "now";
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h ago`;
  return `${Math.floor(ms / DAY)} d ago`;
}

/** Three digits, and no zeros that say nothing. */
function significant(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return String(Number(value.toFixed(value >= 9.995 ? 1 : 2)));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
