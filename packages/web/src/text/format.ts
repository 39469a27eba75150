/** What only the page writes so; durations, costs and the like are written as on the command line, by core/figures. */

function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function count(value: number): string {
  return value.toLocaleString("en-US").replaceAll(",", "\u202f");
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
