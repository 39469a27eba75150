import { type Finding, type Level, ruleBook, type RuleId } from "@throughline/core/verify";

import { plural } from "../../terminal/format.ts";
import { neutralise } from "../../terminal/foreign.ts";
import { line, type Line, piece, type Piece, type Tone } from "../../terminal/line.ts";
import { widthOf } from "../../terminal/width.ts";
import type { Report } from "./report.ts";

const tones: Readonly<Record<Level, Tone>> = {
  violation: "bad",
  improvement: "odd",
  information: "quiet",
};
const signs: Readonly<Record<Level, string>> = {
  violation: "✗",
  improvement: "!",
  information: "i",
};
/** Places of one rule and fault that are listed one by one. */
const PLACES_SHOWN = 8;

/** For a terminal: the worst rule first, what is wrong, what to do, and where. Sentences are never cut. */
export function prettyReport(report: Report, columns: number | undefined): Line[] {
  const rules = [...Map.groupBy(report.findings, ({ rule }) => rule)];
  return [
    ...rules.flatMap(([rule, findings]) => [...ruleLines(rule, findings, columns), line("")]),
    ...scoreLines(report),
    ...(report.partial === undefined ? [] : [line(piece(report.partial, "odd"))]),
    verdict(report),
  ];
}

function ruleLines(
  rule: RuleId,
  findings: readonly Finding[],
  columns: number | undefined,
): Line[] {
  const [first] = findings;
  if (first === undefined) return [];
  const title = ruleBook.find(({ id }) => id === rule)?.title ?? "";
  const alike = Map.groupBy(findings, ({ fault, fix, level, message }) =>
    JSON.stringify([level, fault, message, fix]),
  );
  return [
    {
      left: [piece(`${signs[first.level]} ${rule} `, tones[first.level]), piece(title, "strong")],
      right: [piece(first.level, tones[first.level])],
    },
    ...[...alike.values()].flatMap((same) => faultLines(same, columns)),
  ];
}

function faultLines(findings: readonly Finding[], columns: number | undefined): Line[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { fault, fix, level, message } = first;
  const hidden = findings.slice(PLACES_SHOWN);
  return [
    ...sentence(piece(`  ${fault}: `, tones[level]), message, columns),
    ...sentence(piece("  do: ", "good"), fix, columns),
    ...findings.slice(0, PLACES_SHOWN).map(placeLine),
    ...(hidden.length === 0
      ? []
      : [line("    ", piece(`and ${plural(hidden.length, "more place")}`, "quiet"))]),
  ];
}

/** Broken between words; what goes on stands below what it belongs to. */
function sentence(head: Piece, text: string, columns = Number.POSITIVE_INFINITY): Line[] {
  const room = Math.max(20, columns - 6);
  const rows: string[] = [];
  let row = "";
  for (const word of neutralise(text).split(" ")) {
    const taken = widthOf(row) + (rows.length === 0 ? widthOf(head.text) - 6 : 0);
    if (row !== "" && taken + 1 + widthOf(word) > room) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  return [...rows, row].map((each, index) =>
    index === 0 ? line(head, each) : line(`      ${each}`),
  );
}

function placeLine({ code, count, examples, name, scope, service }: Finding): Line {
  const [example] = examples;
  const at = code === null ? "" : `  ${code.file}${code.line === null ? "" : `:${code.line}`}`;
  const who = [service, scope].filter((part) => part !== "").join(" / ");
  return {
    left: [
      piece(`    ${count} × `),
      piece(name, "name"),
      piece(who === "" ? "" : `  ${who}`, "quiet"),
      piece(at),
    ],
    right: example?.trace_id ? [piece(`trace ${example.trace_id}`, "quiet")] : [],
  };
}

function scoreLines({ scores }: Report): Line[] {
  const lines = scores.map(({ raises, score, service }) => {
    const best = raises.slice(0, 3).map(({ by, rule }) => `${rule} +${by}`);
    const tone = score >= 99.95 ? "good" : score >= 80 ? "odd" : "bad";
    return line(
      piece(`${String(score).padStart(5)} / 100  `, tone),
      piece(service, "name"),
      piece(best.length === 0 ? "" : `  most to gain: ${best.join(", ")}`, "quiet"),
    );
  });
  return lines.length === 0 ? [] : [...lines, line("")];
}

function verdict(report: Report): Line {
  const { counts, findings, summary } = report;
  const { records, sessions } = summary;
  const seen = `${plural(records, "record")} of ${plural(sessions, "session")}`;
  if (records === 0) return line(piece("Nothing arrived.", "bad"));
  const said = (["violation", "improvement"] as const)
    .filter((level) => counts[level] > 0)
    .map((level) => plural(counts[level], level));
  const notes = counts.information > 0 ? [`${counts.information} for information`] : [];
  return line(
    findings.length === 0
      ? piece("The contract is kept", "good")
      : piece([...said, ...notes].join(", "), counts.violation > 0 ? "bad" : "odd"),
    `  ${seen}${aside(report)}`,
  );
}

function aside({ allowed, known, paid }: Report): string {
  const said = [
    ...(known.length > 0 ? [`${known.length} known`] : []),
    ...(allowed > 0 ? [`${allowed} allowed`] : []),
    ...(paid.length > 0
      ? [`${paid.length} of the baseline gone: --write-baseline forgets them`]
      : []),
  ];
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}
