import type { Output } from "../output.ts";
import { exactTimeText } from "../terminal/format.ts";
import { type Line, type Piece, piece, type Tone } from "../terminal/line.ts";
import type { LogLine } from "./log-line.ts";

const tones: Readonly<Record<string, Tone>> = {
  trace: "quiet",
  debug: "quiet",
  warn: "odd",
  error: "bad",
  fatal: "bad",
  critical: "bad",
};

/** A line for people: when, how bad, who, what; wide with everything that is stored beside it. */
export function lineOf({ labels, line, timeNs }: LogLine, form: Output["form"]): Line {
  const level = levelOf(labels);
  const event = labels["event_name"] ?? "";
  const isNamed = event !== "" && !line.endsWith(event);
  const left: Piece[] = [
    piece(`${exactTimeText(Number(timeNs / 1_000n) / 1_000)}  `, "quiet"),
    piece(`${level.padEnd(5)}  `, tones[level] ?? "plain"),
    piece(`${labels["service_name"] ?? "-"}  `, "name"),
    ...(isNamed ? [piece(event, "strong"), piece(line === "" ? "" : "  ")] : []),
    piece(line === "" && !isNamed ? event : line),
  ];
  if (form === "wide") {
    const rest = Object.entries(labels).filter(([name]) => !isShown.test(name));
    for (const [name, value] of rest.toSorted(([one], [other]) => (one < other ? -1 : 1)))
      left.push(piece(`  ${name}=${value}`, "quiet"));
  }
  return { left };
}

const isShown =
  /^(?:service_name|event_name|severity_text|severity_number|detected_level|__.*|in_line_\d+)$/;

function levelOf(labels: LogLine["labels"]): string {
  const said = labels["severity_text"] ?? labels["detected_level"] ?? labels["level"] ?? "";
  return said === "" || said === "unknown" ? "-" : said.toLowerCase();
}

/** As `-o json` gives it; `timestamp` in nanoseconds, a string. */
export function lineJson({ labels, line, timeNs }: LogLine): object {
  const kept = Object.entries(labels).filter(([name]) => !/^in_line_\d+$|^__error/.test(name));
  return { timestamp: String(timeNs), labels: Object.fromEntries(kept), line };
}
